/* SPDX-License-Identifier: Apache-2.0 */
/* tls.c - a certificate authority for the length of one run, and one certificate from it. */
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "tests/sandbox/http.h"

static bool extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *ext;
    bool ok;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    ok = ext && X509_add_ext(cert, ext, -1) == 1;
    X509_EXTENSION_free(ext);
    return ok;
}

static X509 *make(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key, bool ca)
{
    X509 *cert = X509_new();
    X509_NAME *subject = X509_NAME_new();
    unsigned char serial[8] = {0};
    BIGNUM *number;
    bool ok;

    RAND_bytes(serial, sizeof(serial));
    serial[0] &= 0x7f;
    number = BN_bin2bn(serial, sizeof(serial), NULL);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    ok = cert && X509_set_version(cert, 2) == 1 &&
         BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) &&
         X509_gmtime_adj(X509_getm_notBefore(cert), -3600) &&
         X509_gmtime_adj(X509_getm_notAfter(cert), 30L * 86400) &&
         X509_set_subject_name(cert, subject) == 1 &&
         X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : subject) == 1 &&
         X509_set_pubkey(cert, key) == 1 &&
         extend(cert, issuer ? issuer : cert, NID_basic_constraints,
                ca ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
         extend(cert, issuer ? issuer : cert, NID_key_usage,
                ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature") &&
         (ca || extend(cert, issuer, NID_ext_key_usage, "serverAuth")) &&
         (ca || extend(cert, issuer, NID_subject_alt_name,
                       "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1")) &&
         extend(cert, issuer ? issuer : cert, NID_subject_key_identifier, "hash") &&
         X509_sign(cert, issuer_key, EVP_sha256()) > 0;
    BN_free(number);
    X509_NAME_free(subject);
    if (!ok) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

static bool write_pem(const char *path, X509 *cert)
{
    FILE *f = fopen(path, "w");
    bool ok = f && PEM_write_X509(f, cert) == 1;

    if (f && fclose(f) != 0)
        ok = false;
    if (!ok)
        fprintf(stderr, "loa-sandbox: cannot write %s\n", path);
    return ok;
}

void *sbx_tls_context(const char *ca_out)
{
    EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    X509 *ca = ca_key ? make(ca_key, "loa-sandbox CA", NULL, ca_key, true) : NULL;
    X509 *cert = ca && key ? make(key, "localhost", ca, ca_key, false) : NULL;
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    if (!cert || !ctx || SSL_CTX_use_certificate(ctx, cert) != 1 ||
        SSL_CTX_use_PrivateKey(ctx, key) != 1 || (ca_out && !write_pem(ca_out, ca))) {
        fprintf(stderr, "loa-sandbox: cannot make a certificate\n");
        SSL_CTX_free(ctx);
        ctx = NULL;
    } else {
        SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
        SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    }
    X509_free(cert);
    X509_free(ca);
    EVP_PKEY_free(key);
    EVP_PKEY_free(ca_key);
    return ctx;
}
