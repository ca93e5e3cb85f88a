package io.keywheel.adapters.llm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.wire.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class AnswerStreamTest {

    private static final String ROLE = Recorded.groqChunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", "");
    private static final String HELLO = Recorded.groqChunk("{\"content\":\"Hello\"}", "null", "");
    private static final String THOUGHT = Recorded.groqChunk("{\"reasoning_content\":\"Hm\"}", "null", "");
    private static final String STOP = Recorded.groqChunk("{}", "\"stop\"", "");
    private static final String LENGTH = Recorded.groqChunk("{}", "\"length\"", "");
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(10);

    @Parameter
    String transport = "jdk";

    private final List<Chunk> chunks = new ArrayList<>();

    @Test
    void assembles_what_cerebras_sends() {
        var completion = answered(exchange -> exchange.stream(Recorded.CEREBRAS_STREAM));
        assertEquals(Completion.streamed(FinishReason.STOP, new TokenUsage(69, 35, 104)), completion);
        assertEquals(
                List.of(
                        Chunk.reasoning("We just need to respond."),
                        Chunk.text("Got it! Your test message"),
                        called(new ToolCallPart(0, "a48c92f22", "run_me", "")),
                        called(new ToolCallPart(0, null, null, "{\""))),
                chunks);
    }

    @Test
    void does_not_count_a_usage_told_twice() {
        var usage = "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}";
        var completion = answered(exchange -> exchange.stream(
                HELLO,
                Recorded.groqChunk("{}", "\"stop\"", ",\"x_groq\":{" + usage + "}"),
                "{\"choices\":[]," + usage + "}",
                "[DONE]"));
        assertEquals(new TokenUsage(1, 2, 3), completion.usage());
    }

    @Test
    void needs_no_done_after_a_finish_reason() {
        assertEquals(
                FinishReason.STOP,
                answered(exchange -> exchange.stream(HELLO, STOP)).finishReason());
    }

    @Test
    void needs_no_proper_end_after_a_finish_reason() {
        assertEquals(
                FinishReason.STOP,
                answered(exchange -> {
                            exchange.openStream();
                            exchange.event(HELLO);
                            exchange.event(STOP);
                            exchange.close();
                        })
                        .finishReason());
    }

    @Test
    void a_stream_cut_before_its_first_content_is_unavailable() {
        assertEquals(Kind.UNAVAILABLE, failed(exchange -> exchange.stream(ROLE)).kind());
    }

    @Test
    void a_stream_cut_after_content_is_interrupted() {
        assertEquals(
                new Failure.Interrupted("the stream ended before the answer did"),
                failed(exchange -> exchange.stream(ROLE, HELLO)));
    }

    @Test
    void a_connection_lost_after_content_is_interrupted() {
        assertEquals(new Failure.Interrupted("the answer broke off"), failed(exchange -> {
            exchange.openStream();
            exchange.event(HELLO);
            exchange.close();
        }));
    }

    @Test
    void an_empty_stream_is_an_empty_reply() {
        assertEquals(
                Kind.EMPTY_REPLY,
                failed(exchange -> exchange.stream(ROLE, STOP, "[DONE]")).kind());
    }

    @Test
    void an_empty_stream_that_used_its_budget_is_an_answer() {
        assertEquals(
                FinishReason.LENGTH,
                answered(exchange -> exchange.stream(ROLE, LENGTH, "[DONE]")).finishReason());
    }

    @Test
    void a_stream_of_thoughts_alone_has_been_passed_on_and_is_an_answer() {
        assertEquals(
                FinishReason.STOP,
                answered(exchange -> exchange.stream(ROLE, THOUGHT, STOP, "[DONE]"))
                        .finishReason());
        assertEquals(List.of(Chunk.reasoning("Hm")), chunks);
    }

    @Test
    void an_error_event_before_content_is_read_like_a_refusal() {
        var failure = failed(exchange -> {
            exchange.openStream();
            exchange.event(ROLE);
            exchange.chunk("event: error\ndata: {\"error\":{\"message\":\"Tool call validation failed\",\"type\":"
                    + "\"invalid_request_error\",\"code\":\"tool_use_failed\",\"failed_generation\":\"{}\","
                    + "\"status_code\":400}}\n\n");
            exchange.endStream();
        });
        assertEquals(
                400, assertInstanceOf(Failure.Rejected.class, failure).refusal().status());
    }

    @Test
    void an_error_event_after_content_is_interrupted() {
        assertEquals(new Failure.Interrupted("Service Unavailable"), failed(exchange -> {
            exchange.openStream();
            exchange.event(HELLO);
            exchange.chunk("event: error\ndata: Service Unavailable\n\n");
            exchange.endStream();
        }));
    }

    @Test
    void reads_the_errors_of_both_providers_in_a_stream() {
        assertEquals(
                Kind.OVERLOADED,
                failed(exchange -> exchange.stream("{\"error\":{\"message\":\"busy\",\"code\":\"queue_exceeded\"},"
                                + "\"status_code\":429}"))
                        .kind());
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream("{\"choices\":[],\"x_groq\":{\"error\":\"stopped early\"}}"))
                        .kind());
        assertEquals(
                Kind.RATE_LIMITED,
                failed(exchange -> exchange.stream("{\"error\":{\"message\":\"m\",\"type\":\"rate_limit_error\"}}"))
                        .kind());
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream("{\"error\":{\"message\":\"m\"},\"status_code\":0}"))
                        .kind());
    }

    @Test
    void an_event_that_is_no_json_means_that_something_is_lost() {
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream(ROLE, "{\"choi", HELLO, STOP))
                        .kind());
        assertEquals(
                Kind.INTERRUPTED,
                failed(exchange -> exchange.stream(HELLO, "{\"choi", STOP)).kind());
    }

    @Test
    void roles_and_keep_alives_are_no_first_token() {
        assertEquals(
                new Failure.TimedOut("no first token within 300ms"),
                failed(
                        exchange -> {
                            exchange.openStream();
                            exchange.event(ROLE);
                            while (!exchange.hungUpWithin(20)) {
                                exchange.chunk(": keep-alive\n\n");
                            }
                        },
                        new Timeouts(LONG, SHORT, LONG),
                        LONG));
    }

    @Test
    void an_answer_that_has_ended_is_not_waited_for_as_long_as_one_that_has_not() {
        long began = System.nanoTime();

        LlmReply reply = reply(
                exchange -> {
                    exchange.openStream();
                    exchange.event(HELLO);
                    exchange.event(STOP);
                    exchange.awaitHangUp();
                },
                new Timeouts(LONG, LONG, Duration.ofMinutes(1)),
                Duration.ofMinutes(1));

        assertInstanceOf(LlmReply.Answered.class, reply);
        assertTrue(System.nanoTime() - began < Duration.ofSeconds(4).toNanos());
    }

    @Test
    void silence_after_content_is_interrupted() {
        assertEquals(
                new Failure.Interrupted("nothing more within 300ms"),
                failed(
                        exchange -> {
                            exchange.openStream();
                            exchange.event(HELLO);
                            while (!exchange.hungUpWithin(20)) {
                                exchange.chunk(": keep-alive\n\n");
                            }
                        },
                        new Timeouts(LONG, LONG, SHORT),
                        LONG));
    }

    @Test
    void the_requests_own_deadline_is_nobodys_fault() {
        assertEquals(new Failure.OutOfTime(), failed(WireExchange::awaitHangUp, new Timeouts(LONG, LONG, LONG), SHORT));
    }

    @Test
    void the_requests_own_deadline_interrupts_what_has_begun() {
        assertEquals(
                new Failure.Interrupted("the request's deadline passed"),
                failed(
                        exchange -> {
                            exchange.openStream();
                            exchange.event(HELLO);
                            exchange.awaitHangUp();
                        },
                        new Timeouts(LONG, LONG, LONG),
                        SHORT));
    }

    @Test
    void what_the_sink_throws_comes_out_and_hangs_up() throws Exception {
        var gone = new IllegalStateException("gone");
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
                    exchange.openStream();
                    exchange.event(HELLO);
                    exchange.awaitHangUp();
                    hungUp.countDown();
                });
                LlmPort port = open(server, Calls.PATIENT)) {
            assertSame(
                    gone,
                    assertThrows(
                            IllegalStateException.class,
                            () -> port.stream(Calls.hello(), chunk -> {
                                throw gone;
                            })));
            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void an_interrupt_cancels_and_stays_set() throws Exception {
        var begun = new CountDownLatch(1);
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
                    exchange.openStream();
                    exchange.event(HELLO);
                    exchange.awaitHangUp();
                    hungUp.countDown();
                });
                LlmPort port = open(server, Calls.PATIENT)) {
            var outcome = new CompletableFuture<String>();
            Thread thread = Thread.ofPlatform().start(() -> {
                LlmReply reply = port.stream(Calls.hello(), chunk -> begun.countDown());
                outcome.complete(reply + " " + Thread.currentThread().isInterrupted());
            });
            assertTrue(begun.await(5, TimeUnit.SECONDS));
            thread.interrupt();

            assertEquals(new LlmReply.Failed(new Failure.Cancelled()) + " true", outcome.get(1, TimeUnit.SECONDS));
            assertTrue(hungUp.await(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void the_connection_serves_again_after_done() {
        try (var server = WireServer.start(exchange -> exchange.stream(Recorded.GROQ_STREAM));
                LlmPort port = open(server, Calls.PATIENT)) {
            for (int i = 0; i < 10; i++) {
                assertInstanceOf(LlmReply.Answered.class, port.stream(Calls.hello(), chunk -> {}));
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void a_body_that_never_ends_after_done_is_not_waited_for() {
        assertEquals(
                FinishReason.STOP,
                answered(exchange -> {
                            exchange.openStream();
                            exchange.event(HELLO);
                            exchange.event(STOP);
                            exchange.event("[DONE]");
                            exchange.awaitHangUp();
                        })
                        .finishReason());
    }

    private Completion answered(WireServer.Script script) {
        return assertInstanceOf(LlmReply.Answered.class, reply(script, Calls.PATIENT, LONG))
                .completion();
    }

    private Failure failed(WireServer.Script script) {
        return failed(script, Calls.PATIENT, LONG);
    }

    private Failure failed(WireServer.Script script, Timeouts timeouts, Duration timeLeft) {
        return assertInstanceOf(LlmReply.Failed.class, reply(script, timeouts, timeLeft))
                .failure();
    }

    private LlmReply reply(WireServer.Script script, Timeouts timeouts, Duration timeLeft) {
        try (var server = WireServer.start(script);
                LlmPort port = open(server, timeouts)) {
            return port.stream(Calls.hello(timeLeft), chunks::add);
        }
    }

    private LlmPort open(WireServer server, Timeouts timeouts) {
        return OpenAiWire.open(Calls.settings(server.baseUrl(), timeouts, transport), Dialect.OPENAI);
    }

    private static Chunk called(ToolCallPart part) {
        return Chunk.of(new Chunk.Delta("", "", List.of(part), Extras.NONE));
    }
}
