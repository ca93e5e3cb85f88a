package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Outcomes of a stream by its events and its end. [StreamTimeoutTest] covers timeouts.
@Timeout(120)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class CompletionStreamTest extends StreamFixture {

    private static final String THOUGHT = RecordedAnswers.groqChunk("{\"reasoning_content\":\"Hm\"}", "null", "");
    private static final String REFUSAL = RecordedAnswers.groqChunk("{\"refusal\":\"No.\"}", "null", "");
    private static final String LENGTH = RecordedAnswers.groqChunk("{}", "\"length\"", "");
    private static final String ENDS_WITH_NO_WORD = RecordedAnswers.groqChunk("{\"content\":\"Hello\"}", "\"\"", "");
    private static final String BROKEN = "{\"choi";
    private static final String DONE = "[DONE]";
    private static final Failure CUT = new Failure.Interrupted("the stream ended before the answer did");

    private static List<String> events(String... events) {
        return List.of(events);
    }

    private static String said(int choice, String text) {
        return "{\"choices\":[{\"index\":" + choice + ",\"delta\":{\"content\":\"" + text + "\"}}]}";
    }

    private static String ended(int choice, String reason) {
        return "{\"choices\":[{\"index\":" + choice + ",\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    private static String usage(int tokens, String more) {
        return "{\"choices\":[],\"usage\":{\"prompt_tokens\":" + tokens + more + "}}";
    }

    @Test
    void cerebras_stream_is_assembled() {
        var completion = answered(exchange -> exchange.stream(RecordedAnswers.CEREBRAS_STREAM));

        assertEquals(Completion.streamed(FinishReason.STOP, new TokenUsage(69, 35, 104)), completion);
        assertEquals(
                List.of("", "We just need to respond.", "", "", "", ""),
                chunks.stream().map(Chunk::reasoning).toList());
        assertEquals(
                List.of("", "", "Got it! Your test message", "", "", ""),
                chunks.stream().map(Chunk::text).toList());
        assertEquals(
                List.of(new ToolCallPart(0, "a48c92f22", "run_me", ""), new ToolCallPart(0, null, null, "{\"")),
                chunks.stream()
                        .flatMap(chunk -> chunk.pieces().stream())
                        .flatMap(piece -> piece.delta().toolCalls().stream())
                        .toList());
    }

    @Test
    void every_event_except_done_is_forwarded() {
        var completion = answered(exchange -> exchange.stream(RecordedAnswers.GROQ_STREAM));

        assertEquals(
                Stream.of(RecordedAnswers.GROQ_STREAM)
                        .filter(event -> !event.equals(DONE))
                        .map(Read::chunk)
                        .toList(),
                chunks);
        assertNotNull(completion.usage());
        assertEquals(chunks.getLast().usage(), completion.usage());
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(events(HELLO, STOP), FinishReason.STOP),
                arguments(events(ROLE, LENGTH, DONE), FinishReason.LENGTH),
                arguments(events(ROLE, THOUGHT, STOP, DONE), FinishReason.STOP),
                arguments(events(ROLE, REFUSAL, STOP, DONE), FinishReason.STOP),
                arguments(
                        events(
                                "{\"message\":\"a\",\"code\":0}",
                                "{\"message\":\"fine\",\"code\":\"200\"}",
                                HELLO,
                                "{\"message\":\"still working\",\"code\":\"ok\"}",
                                "{\"message\":\"still working\",\"code\":20000}",
                                STOP,
                                DONE),
                        FinishReason.STOP),
                arguments(events("{\"choices\":[],\"message\":\"m\",\"code\":\"c\"}", HELLO, STOP), FinishReason.STOP),
                // Azure's filter results, a ping, and events of Groq and Ollama.
                arguments(
                        events(
                                "{\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}",
                                "{\"type\":\"ping\"}",
                                "{\"x_groq\":{\"id\":\"req_1\"}}",
                                "{\"usage\":{\"prompt_tokens\":1}}",
                                "{\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"errors\":[],\"detail\":null}",
                                HELLO,
                                DONE),
                        FinishReason.OTHER),
                // With several choices, each must end; choice 0 sets the finish reason.
                arguments(
                        events(said(0, "a"), said(1, "b"), ended(1, "length"), said(0, "c"), ended(0, "stop"), DONE),
                        FinishReason.STOP),
                arguments(
                        events(said(0, "a"), said(1, "b"), ended(1, "stop"), ended(0, "length")), FinishReason.LENGTH),
                arguments(events(ended(0, "stop"), said(1, "b"), ended(1, "stop"), DONE), FinishReason.STOP),
                arguments(events(said(0, "a"), ended(1, "stop"), DONE), FinishReason.OTHER),
                arguments(events(said(0, "a"), ended(0, "stop"), said(0, "")), FinishReason.STOP));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void stream_is_complete_when_all_choices_ended_or_at_done(List<String> events, FinishReason reason) {
        var completion = answered(exchange -> exchange.stream(events.toArray(String[]::new)));

        assertEquals(reason, completion.finishReason());
        assertEquals(
                events.stream()
                        .filter(event -> !event.equals(DONE))
                        .map(Read::chunk)
                        .toList(),
                chunks);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(events(ROLE), Failure.Unavailable.class),
                arguments(events(ROLE, STOP, DONE), Failure.EmptyReply.class),
                // A refusal does not count as delivered content.
                arguments(events(ROLE, REFUSAL, REFUSAL), Failure.Unavailable.class),
                arguments(events(ENDS_WITH_NO_WORD), Failure.Interrupted.class),
                arguments(events(ROLE, HELLO), Failure.Interrupted.class),
                arguments(events(said(0, "a"), said(1, "b"), ended(0, "stop")), Failure.Interrupted.class),
                // An event with invalid JSON fails the stream.
                arguments(events(ROLE, BROKEN, HELLO, STOP), Failure.Unavailable.class),
                arguments(events(HELLO, BROKEN, STOP), Failure.Interrupted.class),
                arguments(
                        events("{\"error\":{\"message\":\"busy\",\"code\":\"queue_exceeded\"},\"status_code\":429}"),
                        Failure.Overloaded.class),
                arguments(
                        events("{\"choices\":[],\"x_groq\":{\"error\":\"stopped early\"}}"), Failure.Unavailable.class),
                arguments(
                        events("{\"error\":{\"message\":\"m\",\"type\":\"rate_limit_error\"}}"),
                        Failure.RateLimited.class),
                arguments(events("{\"error\":{\"message\":\"m\"},\"status_code\":0}"), Failure.Unavailable.class),
                arguments(events(ROLE, "{\"message\":\"m\",\"code\":\"queue_exceeded\"}"), Failure.Overloaded.class),
                arguments(events(ROLE, "{\"message\":\"m\",\"code\":429}", STOP), Failure.RateLimited.class));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void incomplete_stream_fails_by_error_and_delivered_content(
            List<String> events, Class<? extends Failure> expected) {
        var failure = failed(exchange -> exchange.stream(events.toArray(String[]::new)));

        assertInstanceOf(expected, failure);
        if (events.getLast().equals(HELLO)) {
            assertEquals(CUT, failure);
        }
    }

    static Stream<Arguments> errorsBeforeDone() {
        return Stream.of(
                arguments("{\"detail\":\"Rate limit\"}", Kind.UNAVAILABLE, "Rate limit"),
                arguments("{\"errors\":[{\"message\":\"nope\",\"code\":1000}]}", Kind.UNAVAILABLE, "nope"),
                arguments("{\"message\":\"slow down\",\"status_code\":429}", Kind.RATE_LIMITED, "slow down"),
                arguments("{\"message\":\"boom\",\"code\":null}", Kind.UNAVAILABLE, "boom"),
                arguments("{\"choices\":null,\"message\":\"boom\"}", Kind.UNAVAILABLE, "boom"),
                arguments("{\"message\":\"boom\",\"code\":\"internal_error\"}", Kind.UNAVAILABLE, "boom"),
                arguments(
                        "{\"object\":\"error\",\"message\":\"slow\",\"type\":\"rate_limit_error\",\"code\":\"1300\"}",
                        Kind.RATE_LIMITED,
                        "slow"),
                arguments("{\"error\":true}", Kind.UNAVAILABLE, "an error without a message"),
                arguments("[{\"error\":{\"code\":429,\"message\":\"no more\"}}]", Kind.RATE_LIMITED, "no more"),
                arguments(
                        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\","
                                + "\"error\":{\"message\":\"down\",\"code\":503}}]}",
                        Kind.OVERLOADED,
                        "down"));
    }

    @ParameterizedTest
    @MethodSource("errorsBeforeDone")
    void error_event_before_done_is_a_failure(String error, Kind kind, String message) {
        Failure before = failed(exchange -> exchange.stream(ROLE, error, DONE));

        assertEquals(kind, before.kind());
        assertEquals(message, before.message());
        assertEquals(new Failure.Interrupted(message), failed(exchange -> exchange.stream(HELLO, error, DONE)));
    }

    @Test
    void finish_reason_error_is_a_failure() {
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream(ROLE, ended(0, "error"), DONE))
                        .kind());
        assertEquals(
                Kind.INTERRUPTED,
                failed(exchange -> exchange.stream(HELLO, ended(0, "error"), DONE))
                        .kind());
    }

    static Stream<Arguments> errorEvents() {
        String flat = "{\"message\":\"busy\",\"type\":\"too_many_requests_error\",\"param\":\"queue\","
                + "\"code\":\"queue_exceeded\"}";
        String nested =
                "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":\"tool_use_failed\","
                        + "\"failed_generation\":\"{}\",\"status_code\":400}}";
        return Stream.of(
                arguments(ROLE, nested, Failure.Rejected.class, "no"),
                arguments(ROLE, flat, Failure.Overloaded.class, "busy"),
                arguments(HELLO, "Service Unavailable", Failure.Interrupted.class, "Service Unavailable"));
    }

    @ParameterizedTest
    @MethodSource("errorEvents")
    void error_event_is_classified_and_interrupts_after_content(
            String before, String data, Class<? extends Failure> expected, String message) {
        var failure = failed(exchange -> {
            exchange.openStream();
            exchange.event(before);
            exchange.chunk("event: error\ndata: " + data + "\n\n");
            exchange.endStream();
        });

        assertEquals(message, assertInstanceOf(expected, failure).message());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connection_loss_interrupts_only_before_the_finish_reason(boolean ended) {
        WireServer.Script script = exchange -> {
            exchange.openStream();
            exchange.event(HELLO);
            if (ended) {
                exchange.event(STOP);
            }
            exchange.close();
        };

        if (ended) {
            assertEquals(FinishReason.STOP, answered(script).finishReason());
        } else {
            assertEquals(new Failure.Interrupted("the answer broke off"), failed(script));
        }
    }

    static Stream<Arguments> usages() {
        String once = "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}";
        String inGroqsOwn = RecordedAnswers.groqChunk("{}", "\"stop\"", ",\"x_groq\":{" + once + "}");
        return Stream.of(
                arguments(events(HELLO, inGroqsOwn, "{\"choices\":[]," + once + "}", DONE), new TokenUsage(1, 2, 3)),
                arguments(
                        events(HELLO, usage(1, ",\"queue_time\":0.10"), STOP, usage(2, ",\"queue_time\":0.20"), DONE),
                        new TokenUsage(2, 0, 2, null, Extras.of("queue_time", "0.20"))));
    }

    @ParameterizedTest
    @MethodSource("usages")
    void last_usage_wins(List<String> events, TokenUsage usage) {
        assertEquals(
                usage,
                answered(exchange -> exchange.stream(events.toArray(String[]::new)))
                        .usage());
    }

    @Test
    void connection_is_reused_after_done() {
        try (var server = WireServer.start(exchange -> exchange.stream(RecordedAnswers.GROQ_STREAM));
                LlmPort port = open(server, TestCalls.PATIENT)) {
            for (int i = 0; i < 10; i++) {
                assertInstanceOf(LlmReply.Answered.class, port.stream(TestCalls.hello(), chunk -> {}));
            }

            assertEquals(1, server.connections());
        }
    }
}
