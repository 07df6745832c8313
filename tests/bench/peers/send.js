// SPDX-License-Identifier: Apache-2.0
// What one would otherwise take: a BullMQ queue on Redis and a worker that posts with undici. Prints
// how many messages a second the worker sends and completes; queueing them is not counted.
//
//   node send.js REDIS_SOCKET URL COUNT INFLIGHT BODY_FILE HEADER...
'use strict'

const fs = require('node:fs')
const { Queue, Worker } = require('bullmq')
const { Pool } = require('undici')

const [socket, address, countText, inflightText, bodyFile, ...headerLines] = process.argv.slice(2)
const count = Number(countText)
const inflight = Number(inflightText)
const url = new URL(address)
const body = fs.readFileSync(bodyFile)
const headers = {}
for (const line of headerLines) {
  const at = line.indexOf(': ')
  headers[line.slice(0, at)] = line.slice(at + 2)
}

const ADD_AT_ONCE = 1000
const redis = { path: socket }
const name = `broadcast-${process.pid}`

async function fill (queue) {
  for (let i = 0; i < count; i += ADD_AT_ONCE) {
    const jobs = []
    for (let k = i; k < Math.min(i + ADD_AT_ONCE, count); k++) {
      jobs.push({ name: 'send', data: { recipient: `3000000000${String(k).padStart(9, '0')}` } })
    }
    await queue.addBulk(jobs)
  }
}

async function main () {
  const queue = new Queue(name, { connection: redis })
  const pool = new Pool(url.origin, { connections: inflight, pipelining: 1 })

  await fill(queue)
  const post = async () => {
    const answer = await pool.request({ path: url.pathname, method: 'POST', headers, body })
    const said = await answer.body.json()
    if (answer.statusCode !== 200 || said.error) throw new Error(JSON.stringify(said))
    return said.data.message_id
  }
  const worker = new Worker(name, post, {
    connection: { ...redis, maxRetriesPerRequest: null },
    concurrency: inflight,
    autorun: false
  })
  let done = 0
  const began = process.hrtime.bigint()
  await new Promise((resolve, reject) => {
    worker.on('failed', (job, why) => reject(why))
    worker.on('error', reject)
    worker.on('completed', () => {
      if (++done === count) resolve()
    })
    worker.run().catch(reject)
  })
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  console.log(Math.round(count / seconds))
  await worker.close()
  await queue.obliterate({ force: true })
  await queue.close()
  await pool.close()
}

main().catch((why) => {
  console.error(why)
  process.exit(1)
})
