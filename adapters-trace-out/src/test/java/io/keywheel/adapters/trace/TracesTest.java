package io.keywheel.adapters.trace;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks the exported spans.
class TracesTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final LlmReply LIMITED =
            new LlmReply.Failed(new Failure.RateLimited("canary-words", null, RateLimitStatus.UNKNOWN));

    @AutoClose
    private final Receiver receiver = new Receiver();

    /// Sends the spans of one request, and returns its own.
    private Span requested(String method, RequestRecord ended, String... headers) {
        try (var traces = receiver.traces()) {
            traces.request("id-1", method, "/x", headers(headers)).end().accept(ended);
        }
        return receiver.span((method.equals("BREW") ? "HTTP" : method) + " /x");
    }

    /// Sends the spans of one chat, and returns that of the chat.
    private Span chatted(String... variables) {
        try (var traces = receiver.traces(variables)) {
            chat(traces, null);
        }
        return receiver.span("chat auto");
    }

    private static Function<String, @Nullable String> headers(String... namesAndValues) {
        var all = new HashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return all::get;
    }

    private static Step.Attempt attempt(String provider, int key) {
        var id = new ProviderId(provider);
        var poolKey = new PoolKey(new KeySlot(id, key), new QuotaGroup(id, "canary-group"), "canary-print");
        return new Step.Attempt(new Target(poolKey, new ModelId("gpt-oss-120b"), true), Set.of(), Instant.EPOCH, 0, 0);
    }

    private static LlmReply answer() {
        var usage = new TokenUsage(11, 22, 33, 4L, 5L, Extras.NONE);
        return new LlmReply.Answered(
                Completion.of(Content.of("canary-answer"), FinishReason.LENGTH, usage), RateLimitStatus.UNKNOWN);
    }

    private static void chat(Traces traces, @Nullable TraceContext within) {
        var sampling = new Sampling(new Decimal("0.5"), 64L, new Decimal("0.9"), List.of("canary-stop"), null, null);
        ChatTrace chat = traces.chat(new ChatStart(within, "alice", "auto", sampling, true));
        chat.waited(Duration.ofMillis(150));
        chat.waited(Duration.ofMillis(100));
        chat.began(attempt("groq", 2));
        chat.ended(attempt("groq", 2), LIMITED);
        chat.began(attempt("cerebras", 1));
        chat.answering();
        chat.ended(attempt("cerebras", 1), answer());
        chat.ended((Throwable) null);
    }

    static RequestRecord ended(int status, String outcome) {
        return ended("alice", status, outcome);
    }

    private static RequestRecord ended(String client, int status, String outcome) {
        return new RequestRecord(
                "id-1",
                client,
                "sse",
                true,
                new RequestRecord.Timing(Instant.EPOCH, Duration.ZERO, null),
                new RequestRecord.Ending(status, new Outcome(outcome), 1, List.of(), true),
                "auto",
                TokenUsage.NONE);
    }

    private static Map<String, Object> attributes(List<KeyValue> all) {
        return new TreeMap<>(all.stream().collect(toMap(KeyValue::getKey, each -> plain(each.getValue()))));
    }

    private static Object plain(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> value.getIntValue();
            case BOOL_VALUE -> value.getBoolValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            default ->
                value.getArrayValue().getValuesList().stream()
                        .map(TracesTest::plain)
                        .toList();
        };
    }

    private static double taken(Map<String, Object> attributes, String name) {
        return (double) Objects.requireNonNull(attributes.remove(name));
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Test
    void request_chat_and_attempt_spans_form_a_tree_in_the_client_trace() {
        try (var traces = receiver.traces()) {
            var request = traces.request(
                    "id-1", "POST", "/api/chat/stream", headers("traceparent", PARENT, "tracestate", "vendor=1"));
            chat(traces, request.context());
            request.end().accept(ended(200, "ok"));
        }

        Span server = receiver.span("POST /api/chat/stream");
        Span chat = receiver.span("chat auto");
        Span failed = receiver.span("attempt groq");
        Span good = receiver.span("attempt cerebras");
        assertEquals("00f067aa0ba902b7", hex(server.getParentSpanId()));
        assertEquals(server.getSpanId(), chat.getParentSpanId());
        assertEquals(
                List.of(chat.getSpanId(), chat.getSpanId()), List.of(failed.getParentSpanId(), good.getParentSpanId()));
        for (Span span : List.of(server, chat, failed, good)) {
            assertEquals(TRACE, hex(span.getTraceId()));
            assertEquals("vendor=1", span.getTraceState());
        }
        assertEquals(
                List.of(
                        Span.SpanKind.SPAN_KIND_SERVER,
                        Span.SpanKind.SPAN_KIND_CLIENT,
                        Span.SpanKind.SPAN_KIND_CLIENT,
                        Span.SpanKind.SPAN_KIND_CLIENT),
                List.of(server.getKind(), chat.getKind(), failed.getKind(), good.getKind()));
        assertEquals(4, receiver.spans().size());
        assertEquals(
                "https://opentelemetry.io/schemas/1.41.0",
                receiver.resources.getFirst().getScopeSpans(0).getSchemaUrl());
    }

    @ParameterizedTest
    @CsvSource({"llm.example:8443, llm.example", "[2001:db8::7]:8443, 2001:db8::7"})
    void request_span_has_http_attributes(String host, String address) {
        Span span = requested("POST", ended(200, "ok"), "host", host);

        assertEquals(
                Map.ofEntries(
                        Map.entry("http.request.method", "POST"),
                        Map.entry("http.response.status_code", 200L),
                        Map.entry("http.route", "/x"),
                        Map.entry("url.path", "/x"),
                        Map.entry("url.scheme", "http"),
                        Map.entry("server.address", address),
                        Map.entry("server.port", 8443L),
                        Map.entry("keywheel.api", "sse"),
                        Map.entry("keywheel.client", "alice"),
                        Map.entry("keywheel.request.id", "id-1")),
                attributes(span.getAttributesList()));
        assertEquals(Status.StatusCode.STATUS_CODE_UNSET, span.getStatus().getCode());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    401, unauthorized, unauthorized, UNSET
                    499, client_gone, client_gone, UNSET
                    200, client_gone, client_gone, UNSET
                    200, cancelled, cancelled, UNSET
                    200, interrupted, interrupted, ERROR
                    503, all_keys_failed, all_keys_failed, ERROR
                    404, ok, 404, UNSET
                    200, ok, -, UNSET
                    """)
    void outcome_sets_error_type_and_span_status(int status, String outcome, @Nullable String error, String code) {
        Span span = requested("GET", ended(status, outcome));

        assertEquals(error, attributes(span.getAttributesList()).get("error.type"));
        assertEquals("STATUS_CODE_" + code, span.getStatus().getCode().name());
    }

    @Test
    void request_span_has_no_client_if_clients_need_no_token() {
        Span span = requested("GET", ended(ClientRules.ANONYMOUS, 200, "ok"));

        assertFalse(attributes(span.getAttributesList()).containsKey("keywheel.client"));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    WS, -, -
                    PATCH, PATCH, -
                    BREW, _OTHER, BREW
                    """)
    void unknown_http_method_is_replaced_in_the_span_name(
            String method, @Nullable String named, @Nullable String original) {
        var attributes = attributes(
                requested(method, ended(200, "ok"), "host", "a canary").getAttributesList());

        assertEquals(named, attributes.get("http.request.method"));
        assertEquals(original, attributes.get("http.request.method_original"));
        assertFalse(attributes.containsKey("server.address"), "it is no host");
    }

    @Test
    void chat_and_attempt_spans_have_their_attributes() {
        Span chat = chatted();

        var attributes = attributes(chat.getAttributesList());
        assertTrue(taken(attributes, "gen_ai.response.time_to_first_chunk") > 0);
        assertEquals(
                new TreeMap<>(Map.ofEntries(
                        Map.entry("gen_ai.operation.name", "chat"),
                        Map.entry("gen_ai.provider.name", "cerebras"),
                        Map.entry("gen_ai.request.model", "auto"),
                        Map.entry("gen_ai.request.stream", true),
                        Map.entry("gen_ai.request.max_tokens", 64L),
                        Map.entry("gen_ai.request.temperature", 0.5),
                        Map.entry("gen_ai.request.top_p", 0.9),
                        Map.entry("gen_ai.response.model", "gpt-oss-120b"),
                        Map.entry("gen_ai.response.finish_reasons", List.of("length")),
                        Map.entry("gen_ai.usage.input_tokens", 11L),
                        Map.entry("gen_ai.usage.output_tokens", 22L),
                        Map.entry("gen_ai.usage.cache_read.input_tokens", 4L),
                        Map.entry("gen_ai.usage.reasoning.output_tokens", 5L),
                        Map.entry("keywheel.client", "alice"),
                        Map.entry("keywheel.attempts", 2L))),
                attributes);
        assertEquals("keywheel.wait", chat.getEvents(0).getName());
        assertEquals(Map.of("keywheel.wait", 0.15), attributes(chat.getEvents(0).getAttributesList()));
        Span failed = receiver.span("attempt groq");
        assertEquals(
                new TreeMap<>(Map.of(
                        "keywheel.provider", "groq",
                        "keywheel.model", "gpt-oss-120b",
                        "keywheel.key.index", 2L,
                        "keywheel.probe", false,
                        "keywheel.wait", 0.25,
                        "keywheel.outcome", "rate_limited",
                        "error.type", "rate_limited")),
                attributes(failed.getAttributesList()));
        assertEquals(Status.StatusCode.STATUS_CODE_ERROR, failed.getStatus().getCode());
        var good = attributes(receiver.span("attempt cerebras").getAttributesList());
        assertTrue(taken(good, "keywheel.time_to_first_token") > 0);
        assertEquals(0.0, good.get("keywheel.wait"));
        assertEquals("ok", good.get("keywheel.outcome"));
    }

    @ParameterizedTest
    @CsvSource({"true, illegal_state", "false, -"})
    void failed_chat_span_has_the_exception_type_without_its_message(boolean fails, String error) {
        try (var traces = receiver.traces()) {
            ChatTrace chat = traces.chat(new ChatStart(null, null, "m".repeat(300), Sampling.DEFAULT, false));
            chat.ended(fails ? new IllegalStateException("canary") : null);
        }

        Span span = receiver.span("chat " + "m".repeat(200));
        assertEquals("m".repeat(200), attributes(span.getAttributesList()).get("gen_ai.request.model"));
        assertEquals(error, attributes(span.getAttributesList()).getOrDefault("error.type", "-"));
        assertEquals(fails, span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
        assertFalse(receiver.bodies.getFirst().contains("canary"));
    }

    @Test
    void spans_contain_no_content_and_no_keys() {
        chatted();

        assertFalse(String.join("", receiver.bodies).contains("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "canary", "ff-" + TRACE + "-00f067aa0ba902b7-01"})
    void invalid_traceparent_is_ignored(String parent) {
        Span span = requested("POST", ended(200, "ok"), "traceparent", parent);

        assertTrue(span.getParentSpanId().isEmpty());
        assertFalse(TRACE.equals(hex(span.getTraceId())));
    }

    @ParameterizedTest
    @CsvSource({"512, true", "513, false"})
    void tracestate_over_512_characters_is_dropped(int length, boolean kept) {
        String state = "a=" + "b".repeat(256) + ",c=" + "d".repeat(length - 261);

        Span span = requested("POST", ended(200, "ok"), "traceparent", PARENT, "tracestate", state);

        assertEquals(TRACE, hex(span.getTraceId()));
        assertEquals(kept ? state : "", span.getTraceState());
    }

    @Test
    void unsampled_client_trace_is_not_exported_but_its_id_is_kept() {
        try (var traces = receiver.traces()) {
            var dropped =
                    traces.request("id-1", "POST", "/dropped", headers("traceparent", PARENT.substring(0, 53) + "00"));
            assertEquals(TRACE, dropped.context().traceId());
            assertFalse(dropped.context().isSampled());
            chat(traces, dropped.context());
            dropped.end().accept(ended(200, "ok"));
            traces.request("id-1", "POST", "/kept", headers()).end().accept(ended(200, "ok"));
        }

        receiver.span("POST /kept");
        assertEquals(1, receiver.spans().size());
    }

    @Test
    void chat_context_is_the_span_of_the_attempt() {
        TraceContext place;
        try (var traces = receiver.traces()) {
            ChatTrace chat = traces.chat(new ChatStart(null, null, "auto", Sampling.DEFAULT, false));
            chat.began(attempt("groq", 1));
            place = Objects.requireNonNull(chat.context());
            chat.ended(attempt("groq", 1), LIMITED);
            assertEquals(place, chat.context());
            chat.ended(new IllegalStateException());
        }

        Span span = receiver.span("attempt groq");
        assertEquals(hex(span.getSpanId()), place.spanId());
        assertEquals(hex(span.getTraceId()), place.traceId());
        assertTrue(place.isSampled());
    }

    @Test
    void request_after_close_is_unsampled() {
        var traces = receiver.traces();
        traces.close();

        var request = traces.request("id-1", "POST", "/x", headers());
        chat(traces, request.context());
        request.end().accept(ended(200, "ok"));

        assertFalse(request.context().isSampled());
        assertEquals(List.of(), receiver.spans());
    }

    @Test
    void standard_otel_variables_are_applied() {
        chatted(
                "OTEL_SERVICE_NAME", "gateway-7",
                "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test",
                "OTEL_EXPORTER_OTLP_HEADERS", "x-token=secret");

        var resource = attributes(receiver.resources.getFirst().getResource().getAttributesList());
        assertEquals("gateway-7", resource.get("service.name"));
        assertEquals("test", resource.get("deployment.environment.name"));
        assertEquals("1.2.3", resource.get("service.version"));
        assertEquals("secret", receiver.tokens.getFirst());
    }

    /// The general protocol may be gRPC for other signals.
    @Test
    void service_name_defaults_to_keywheel() {
        chatted(
                "OTEL_METRICS_EXPORTER", "otlp",
                "OTEL_PROPAGATORS", "b3",
                "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf");

        var resource = attributes(receiver.resources.getFirst().getResource().getAttributesList());
        assertEquals("keywheel", resource.get("service.name"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    OTEL_EXPORTER_OTLP_HEADERS  | canary-token | Invalid map property: OTEL_EXPORTER_OTLP_HEADERS
                    OTEL_EXPORTER_OTLP_HEADERS  | x=canary%zz  | OTEL_EXPORTER_OTLP_HEADERS: Cannot decode header value for header
                    OTEL_EXPORTER_OTLP_ENDPOINT | otel.canary  | OTEL_EXPORTER_OTLP_ENDPOINT: OTLP endpoint must be a valid URL
                    OTEL_EXPORTER_OTLP_ENDPOINT | http://      | OTEL_EXPORTER_OTLP_ENDPOINT: Invalid endpoint, must start with http:// or https://
                    OTEL_EXPORTER_OTLP_TIMEOUT  | canary       | Invalid duration property OTEL_EXPORTER_OTLP_TIMEOUT
                    OTEL_BSP_MAX_QUEUE_SIZE     | 0            | OTEL_BSP_MAX_QUEUE_SIZE: maxQueueSize must be positive.
                    OTEL_TRACES_SAMPLER         | canary       | Unrecognized value for OTEL_TRACES_SAMPLER
                    OTEL_EXPORTER_OTLP_PROTOCOL | grpc         | OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf
                    """)
    void unusable_otel_variable_is_reported_without_its_value(String name, String value, String message) {
        var unusable =
                assertThrows(Traces.UnusableException.class, () -> Traces.open(Map.of(name, value), "1.2.3", "http"));

        assertEquals(message, unusable.getMessage());
    }

    @Test
    void error_without_a_name_lists_the_variables_that_are_set() {
        var variables = Map.of("OTEL_SERVICE_NAME", "gateway", "OTEL_EXPORTER_OTLP_ENDPOINT", "otel");

        var unusable = assertThrows(Traces.UnusableException.class, () -> Traces.open(variables, "1.2.3", "http"));

        assertEquals(
                "OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_SERVICE_NAME: OTLP endpoint must be a valid URL",
                unusable.getMessage());
    }
}
