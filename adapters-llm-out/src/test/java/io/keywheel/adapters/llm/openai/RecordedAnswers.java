package io.keywheel.adapters.llm.openai;

/// Recorded provider answers; only the texts are shortened.
final class RecordedAnswers {

    /// Groq, 2026-07-02, openai/gpt-oss-120b.
    static final String GROQ_ANSWER = """
            {"id":"chatcmpl-ab3b","object":"chat.completion","created":1783016778,"model":"openai/gpt-oss-120b",
             "choices":[{"index":0,"message":{"role":"assistant","content":"4","reasoning":"The user asks…"},
               "logprobs":null,"finish_reason":"stop"}],
             "usage":{"queue_time":0.104029483,"prompt_tokens":84,"prompt_time":0.004745198,"completion_tokens":47,
               "completion_time":0.096660427,"total_tokens":131,"total_time":0.101405625,
               "completion_tokens_details":{"reasoning_tokens":37}},
             "usage_breakdown":null,"system_fingerprint":"fp_ca5edfaab2","service_tier":"on_demand",
             "x_groq":{"id":"req_01kw","seed":815229201}}""";

    /// Groq, 2026-02-18, openai/gpt-oss-120b: usage both as `usage` and as `x_groq.usage`.
    static final String[] GROQ_STREAM = {
        groqChunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", ",\"x_groq\":{\"id\":\"req_01kh\",\"seed\":1}"),
        groqChunk("{\"reasoning\":\"We\",\"channel\":\"analysis\"}", "null", ""),
        groqChunk("{\"content\":\"Hello\"}", "null", ""),
        groqChunk(
                "{\"tool_calls\":[{\"id\":\"fc_bfb3\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
                        + "\"{\\\"name\\\":\\\"example\\\"}\"},\"index\":0}]}",
                "null",
                ""),
        groqChunk(
                "{}",
                "\"stop\"",
                ",\"x_groq\":{\"id\":\"req_01kh\",\"usage\":" + groqUsage() + "},\"usage\":" + groqUsage()),
        "[DONE]"
    };

    /// Cerebras, 2025-11-26, with the usage block of 2026-04.
    static final String CEREBRAS_ANSWER = """
            {"id":"chatcmpl-5af1","choices":[{"finish_reason":"stop","index":0,
               "message":{"content":"2 + 2 = 4.","role":"assistant"}}],
             "created":1764196886,"model":"gpt-oss-120b","system_fingerprint":"fp_39d7","object":"chat.completion",
             "usage":{"total_tokens":104,"completion_tokens":35,"completion_tokens_details":
               {"accepted_prediction_tokens":0,"rejected_prediction_tokens":0,"reasoning_tokens":0},
               "prompt_tokens":69,"prompt_tokens_details":{"cached_tokens":0}},
             "time_info":{"queue_time":0.0038,"prompt_time":0.0020,"completion_time":0.0177,"total_time":0.0267,
               "created":1775751421.877}}""";

    /// Cerebras, 2026-04-09 and 05-30: no content in the first delta, no finish_reason until the
    /// end, arguments in fragments.
    static final String[] CEREBRAS_STREAM = {
        cerebrasChunk("{\"role\":\"assistant\"}", ""),
        cerebrasChunk("{\"reasoning\":\"We just need to respond.\"}", ""),
        cerebrasChunk("{\"content\":\"Got it! Your test message\"}", ""),
        cerebrasChunk(
                "{\"tool_calls\":[{\"function\":{\"name\":\"run_me\",\"arguments\":\"\"},\"type\":\"function\","
                        + "\"id\":\"a48c92f22\",\"index\":0}]}",
                ""),
        cerebrasChunk(
                "{\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"\"},\"type\":\"function\",\"index\":0}]}", ""),
        "{\"id\":\"chatcmpl-e6ff\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\",\"index\":0}],"
                + "\"created\":1775751421,\"model\":\"gpt-oss-120b\",\"object\":\"chat.completion.chunk\","
                + "\"usage\":{\"total_tokens\":104,\"completion_tokens\":35,\"prompt_tokens\":69},"
                + "\"time_info\":{\"queue_time\":0.0038,\"created\":1775751421.877}}",
        "[DONE]"
    };

    private RecordedAnswers() {}

    static String groqChunk(String delta, String finishReason, String more) {
        return "{\"id\":\"chatcmpl-4f39\",\"object\":\"chat.completion.chunk\",\"created\":1771434740,"
                + "\"model\":\"openai/gpt-oss-120b\",\"system_fingerprint\":\"fp_e8236260a9\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finishReason + "}]" + more + "}";
    }

    private static String cerebrasChunk(String delta, String more) {
        return "{\"id\":\"chatcmpl-e6ff\",\"choices\":[{\"delta\":" + delta + ",\"index\":0" + more
                + "}],\"created\":1775751421,\"model\":\"gpt-oss-120b\",\"system_fingerprint\":\"fp_4c26\","
                + "\"object\":\"chat.completion.chunk\"}";
    }

    private static String groqUsage() {
        return "{\"queue_time\":0.0056,\"prompt_tokens\":339,\"prompt_time\":0.0176,\"completion_tokens\":58,"
                + "\"completion_time\":0.1253,\"total_tokens\":397,\"total_time\":0.1429,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":38}}";
    }
}
