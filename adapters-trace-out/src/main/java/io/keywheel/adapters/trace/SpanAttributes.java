package io.keywheel.adapters.trace;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/// The names of attributes. Those without `keywheel.` are from OpenTelemetry's semantic conventions in the
/// version of [#SCHEMA], the last one with both HTTP and generative AI:
/// <https://github.com/open-telemetry/semantic-conventions/tree/v1.41.0/docs>, `http/http-spans.md` and
/// `gen-ai/gen-ai-spans.md`.
final class SpanAttributes {

    static final String SCHEMA = "https://opentelemetry.io/schemas/1.41.0";

    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<String> ORIGINAL_METHOD = AttributeKey.stringKey("http.request.method_original");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.name");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
    static final AttributeKey<String> GEN_AI_PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
    static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey("gen_ai.request.model");
    static final AttributeKey<Boolean> STREAM = AttributeKey.booleanKey("gen_ai.request.stream");
    static final AttributeKey<Long> MAX_TOKENS = AttributeKey.longKey("gen_ai.request.max_tokens");
    static final AttributeKey<Double> TEMPERATURE = AttributeKey.doubleKey("gen_ai.request.temperature");
    static final AttributeKey<Double> TOP_P = AttributeKey.doubleKey("gen_ai.request.top_p");
    static final AttributeKey<String> RESPONSE_MODEL = AttributeKey.stringKey("gen_ai.response.model");
    static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<Double> FIRST_CHUNK = AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");
    static final AttributeKey<Long> INPUT = AttributeKey.longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> OUTPUT = AttributeKey.longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<Long> CACHED = AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    static final AttributeKey<Long> REASONING = AttributeKey.longKey("gen_ai.usage.reasoning.output_tokens");

    static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("keywheel.request.id");
    static final AttributeKey<String> API = AttributeKey.stringKey("keywheel.api");
    static final AttributeKey<String> CLIENT = AttributeKey.stringKey("keywheel.client");
    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("keywheel.attempts");
    static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("keywheel.provider");
    static final AttributeKey<String> MODEL = AttributeKey.stringKey("keywheel.model");
    static final AttributeKey<Long> KEY = AttributeKey.longKey("keywheel.key.index");
    static final AttributeKey<Boolean> PROBE = AttributeKey.booleanKey("keywheel.probe");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("keywheel.outcome");
    static final AttributeKey<Double> WAIT = AttributeKey.doubleKey("keywheel.wait");
    static final AttributeKey<Double> FIRST_TOKEN = AttributeKey.doubleKey("keywheel.time_to_first_token");

    private SpanAttributes() {}
}
