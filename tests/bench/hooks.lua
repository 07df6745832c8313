-- For wrk: each thread posts its share of the signed bodies, once each. They are put together
-- before the clock starts, so that both sides of the comparison cost the generator the same.
local thread_count = 0
function setup(thread)
    thread:set("id", thread_count)
    thread_count = thread_count + 1
end
function init(args)
    bare = wrk.format("GET", "/healthz")
    requests = {}
    at = 0
    local i = 0
    for line in io.lines(args[1]) do
        if i % 2 == id then
            requests[#requests + 1] = wrk.format("POST", "/webhooks/viber", {
                ["X-Viber-Content-Signature"] = line:sub(1, 64),
                ["Content-Type"] = "application/json"
            }, line:sub(66))
        end
        i = i + 1
    end
end
function request()
    at = at + 1
    return requests[at] or bare
end
