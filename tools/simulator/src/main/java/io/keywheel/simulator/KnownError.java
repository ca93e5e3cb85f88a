package io.keywheel.simulator;

/// Errors that were seen at the providers or are documented by them, each in place of an answer.
///
/// Where only one of the two is known to report such a thing, the other reports the same in its own envelope.
public enum KnownError implements Fault {
    /// 429, requests per minute, to be tried again in 2 s.
    RATE_LIMIT_REQUESTS,
    /// 429, tokens per minute, to be tried again in 2 s.
    RATE_LIMIT_TOKENS,
    /// 429 of Cerebras: the model is overloaded, no quota is spent.
    QUEUE_EXCEEDED,
    /// 498 of Groq: no capacity for the flex tier.
    CAPACITY_EXCEEDED,
    /// 401: no such key.
    INVALID_KEY,
    /// 400 of Groq: the organisation is restricted.
    ORGANIZATION_RESTRICTED,
    /// 400 of Groq: the monthly spend limit is reached.
    BLOCKED_API_ACCESS,
    /// 402 of Cerebras: no credit.
    PAYMENT_REQUIRED,
    /// 403 of Groq: the organisation does not allow this model.
    MODEL_BLOCKED,
    /// 403 of Groq, for where the request comes from; said before the key is looked at.
    NETWORK_SETTINGS,
    /// 403 of Cloudflare, in HTML.
    CLOUDFLARE_BLOCKED,
    /// 502 of Cloudflare, in HTML.
    BAD_GATEWAY,
    /// 404: no such model.
    MODEL_NOT_FOUND,
    /// 400 of Groq: the model is gone.
    MODEL_DECOMMISSIONED,
    /// 413 of Groq: this one request is larger than a minute's tokens.
    REQUEST_TOO_LARGE,
    /// 400: more than the model's context.
    CONTEXT_LENGTH_EXCEEDED,
    /// 400: a property named `verbosity` is not supported.
    PROPERTY_UNSUPPORTED,
    /// 400 of Groq: the model called a tool wrongly; echoes what it generated.
    TOOL_USE_FAILED,
    /// 500, in JSON.
    INTERNAL_ERROR,
    /// 500, in plain text.
    INTERNAL_ERROR_TEXT,
    /// 503, in plain text, of the proxy in front.
    OVERLOADED_TEXT
}
