package io.keywheel.adapters.llm.sdk;

import static io.keywheel.domain.chat.FinishReason.STOP;
import static io.keywheel.domain.routing.RateLimitStatus.UNKNOWN;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.contract.Calls;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.timing.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The behaviour of [HttpAdapter] beyond the contract of adapters, which `PlantedFaultsTest` runs on it.
class HttpAdapterTest {

    private static final ProviderId PLAIN = new ProviderId("plain");
    private static final String KEY = "plain-canary-Zq81vXw0";

    private static final WireServer.Script NEVER_ASKED = exchange -> exchange.json(200, "{}");

    private final PlainFormat format = new PlainFormat();

    @Test
    void format_decides_whether_cached_tokens_count() {
        assertFalse(ask(NEVER_ASKED, LlmPort::countsCachedTokens));
    }

    /// More JSON values than the reader allows, and two JSON documents in one body.
    @Test
    void malformed_answer_is_unavailable() {
        for (String body : List.of(
                "[" + "{},".repeat(500_000) + "{}]", "{\"say\":\"Hello\",\"end\":\"STOP\"}\n{\"say\":\" world\"}")) {
            assertEquals(
                    Failure.Unavailable.because("its answer is not JSON"),
                    complete(exchange -> exchange.json(200, body)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {"error":{"code":7}} | {"error":{"code":7}}
                    Slow down              | Slow down
                    ~                      | status 429 without words
                    """)
    void error_without_known_message_field_uses_its_body(String body, String said) {
        Failure failure = complete(exchange -> exchange.answer(429, "text/plain", body.replace('~', ' ') + "\n"));

        assertEquals(said, assertInstanceOf(Failure.RateLimited.class, failure).message());
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 429})
    void html_error_page_is_unavailable_for_any_status(int status) {
        Failure failure = complete(exchange -> exchange.answer(status, "text/html", "\n<html>No</html>"));

        assertEquals(new Failure.Unavailable("status " + status + " without words", null, "status " + status), failure);
    }

    @Test
    void blank_lines_in_a_json_lines_stream_are_skipped() {
        WireServer.Script blanks = lines("\n{\"say\":\"Hello\"}\n \n\r\n{\"say\":\" world\",\"end\":\"STOP\"}");

        assertEquals("Hello world", text(blanks));
    }

    @Test
    void sse_stream_is_assembled_and_lone_done_is_an_empty_reply() {
        format.framing = Framing.SERVER_SENT_EVENTS;

        assertEquals(
                "Hello world",
                text(exchange -> exchange.stream("{\"say\":\"Hello\"}", "{\"say\":\" world\",\"end\":\"STOP\"}")));
        assertEquals(new Failure.EmptyReply("the answer was empty"), failed(exchange -> exchange.stream("[DONE]")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {"say":"Hello","end":"STOP"} | {"no":"not counted"} | STOP
                    {"say":"Hello","end":"STOP"} | no JSON | STOP
                    {"say":"","end":"LENGTH"} | {"no":"not counted"} | LENGTH
                    """)
    void error_after_all_choices_ended_is_ignored(String last, String wrong, FinishReason reason) {
        var answer = assertInstanceOf(
                LlmReply.Answered.class, ask(lines(last, wrong), port -> port.stream(hello(), _ -> {})));

        assertEquals(reason, answer.completion().finishReason());
    }

    @Test
    void error_before_the_last_choice_ends_interrupts_the_answer() {
        var two = new Sampling(null, null, null, List.of(), null, 2);
        format.capabilities = Set.of(Capability.CHOICES);
        WireServer.Script one = lines("{\"say\":\"Hello\",\"end\":\"STOP\"}", "{\"no\":\"out of memory\"}");

        assertEquals(
                new LlmReply.Failed(new Failure.Interrupted("out of memory", "an error in its answer")),
                ask(one, port -> port.stream(hello(two), _ -> {})));
    }

    private static WireServer.Script lines(String... lines) {
        return exchange -> {
            exchange.openChunks("application/x-ndjson");
            exchange.chunk(String.join("\n", lines) + "\n");
            exchange.endStream();
        };
    }

    @Test
    void error_after_an_empty_answer_is_its_failure() {
        assertEquals(
                new Failure.Unavailable("out of memory", null, "an error in its answer"),
                failed(lines("{\"say\":\"\",\"end\":\"STOP\"}", "{\"no\":\"out of memory\"}")));
    }

    @Test
    void model_id_escaping_the_path_is_model_unavailable() {
        format.chat = () -> HttpCall.get("/models/{}", "..");

        assertEquals(Kind.MODEL_UNAVAILABLE, complete(NEVER_ASKED).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"models\":null}", "{\"models\":{}}", "{\"detail\":{\"reason\":\"x\"}}", "7"})
    void model_list_without_an_array_is_unavailable(String body) {
        assertEquals(
                new ModelsReply.Failed(Failure.Unavailable.because("its answer is not a list of models")),
                models(body));
        assertEquals(new ModelsReply.Listed(List.of()), models("{\"models\":[]}"));
    }

    @Test
    void format_exception_while_reading_propagates() {
        assertThrows(IllegalArgumentException.class, () -> models("{\"models\":[\"\"]}"));
        assertThrows(
                IllegalArgumentException.class,
                () -> complete(exchange -> exchange.json(200, "{\"say\":\"\",\"end\":\"X\"}")));
    }

    @Test
    void error_with_status_200_is_classified_by_the_format() {
        WireServer.Script error = exchange -> exchange.json(200, "{\"no\":\"more\"}", "Retry-After: 7");
        assertEquals(new Failure.Unavailable("more", Duration.ofSeconds(7), "an error in its answer"), complete(error));

        format.refusal = refusal ->
                new Failure.RateLimited(refusal.status() + " " + refusal.message(), refusal.retryAfter(), UNKNOWN);

        var limited = new Failure.RateLimited("200 more", Duration.ofSeconds(7), UNKNOWN);
        assertEquals(limited, complete(error));
        assertEquals(limited, failed(error));
    }

    @Test
    void pause_in_the_message_of_a_rate_limit_counts_unless_a_header_names_one() {
        String wait = "{\"no\":\"Please try again in 7s.\"}";

        assertEquals(
                Duration.ofSeconds(7),
                complete(exchange -> exchange.json(429, wait)).retryAfter());
        assertEquals(
                Duration.ofSeconds(3),
                complete(exchange -> exchange.json(429, wait, "Retry-After: 3")).retryAfter());
    }

    /// It comes from the network in between.
    @Test
    void pause_of_a_rate_limit_that_is_not_json_is_no_limit_of_the_group() {
        Failure shown = complete(exchange -> exchange.json(429, "{}", "Retry-After: 7"));
        Failure foreign = complete(exchange -> exchange.answer(429, "text/plain", "Slow down", "Retry-After: 7"));

        assertTrue(assertInstanceOf(Failure.RateLimited.class, shown).isOfTheGroup());
        assertFalse(assertInstanceOf(Failure.RateLimited.class, foreign).isOfTheGroup());
        assertEquals(Duration.ofSeconds(7), foreign.retryAfter());
    }

    @Test
    void refusal_without_limits_has_those_of_its_headers() {
        var left = new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests", null, 0, null)));
        assertEquals(
                new Failure.RateLimited("more", null, left),
                complete(exchange -> exchange.json(429, "{\"no\":\"more\"}", "Left: 3")));
    }

    @Test
    void limits_of_a_refusal_win_over_those_of_its_headers() {
        var own = new RateLimitStatus(List.of(new RateLimitStatus.Bucket("tokens", 7L, 0, null)));
        format.refusal = refusal -> new Failure.RateLimited(refusal.message(), null, own);

        Failure failure = complete(exchange -> exchange.json(429, "{\"no\":\"more\"}", "Left: 3"));

        assertEquals(new Failure.RateLimited("more", null, own), failure);
    }

    @Test
    void answer_with_unreadable_limits_is_an_answer() {
        format.limits = _ -> {
            throw new NumberFormatException("many");
        };

        assertEquals(UNKNOWN, answered("{\"say\":\"Hello\",\"end\":\"STOP\"}").limits());
    }

    @Test
    void usage_after_a_slowly_consumed_chunk_is_reported() {
        var read = new CountDownLatch(1);
        WireServer.Script slow = exchange -> {
            exchange.openChunks("application/x-ndjson");
            exchange.chunk("{\"say\":\"Hello\",\"end\":\"STOP\"}\n");
            exchange.chunk("{\"say\":\"\"}\n");
            assertTrue(read.await(Calls.LONG.toSeconds(), TimeUnit.SECONDS));
            exchange.hungUpWithin(50);
            exchange.chunk("{\"say\":\"\",\"end\":\"STOP\",\"asked\":7,\"answered\":9}\n");
            exchange.endStream();
        };
        var chunks = new AtomicInteger();

        LlmReply reply = ask(
                slow,
                port -> port.stream(hello(), _ -> {
                    if (chunks.incrementAndGet() == 2) {
                        Waiting.pause(Duration.ofMillis(1500));
                        read.countDown();
                    }
                }));

        var answered = assertInstanceOf(LlmReply.Answered.class, reply);
        assertEquals(9, requireNonNull(answered.completion().usage()).completionTokens());
    }

    @Test
    void duplicate_choice_in_a_whole_answer_throws() {
        var half = new Chunk.Piece(0, new Chunk.Delta("a", "", List.of(), Extras.NONE), STOP, Extras.NONE);
        format.decoder = _ -> Optional.of(new Chunk(List.of(half, half), null, Extras.NONE));

        assertThrows(IllegalStateException.class, () -> answered("{}"));
    }

    private void writingThrows(RuntimeException e) {
        format.chat = () -> {
            throw e;
        };
    }

    /// Another provider may support the request.
    @Test
    void request_that_the_format_cannot_express_is_unsupported_with_its_reason() {
        writingThrows(new IllegalArgumentException("a penalty below 0, not " + KEY));

        Failure failure = complete(NEVER_ASKED);

        assertFalse(assertInstanceOf(Failure.Unsupported.class, failure).sent());
        String masked = "the protocol of plain cannot express this request: a penalty below 0, not ***";
        assertEquals(masked, failure.message());
    }

    @Test
    void request_that_the_format_cannot_express_needs_no_reason() {
        writingThrows(new IllegalArgumentException());

        assertEquals(
                "the protocol of plain cannot express this request",
                complete(NEVER_ASKED).message());
    }

    @Test
    void illegal_state_while_writing_a_request_propagates() {
        var bug = new IllegalStateException("no words");
        writingThrows(bug);

        assertSame(bug, assertThrows(IllegalStateException.class, () -> complete(NEVER_ASKED)));
    }

    /// The mapping is that of docs/rotation.md.
    @ParameterizedTest
    @CsvSource({
        "400, REJECTED",
        "401, KEY_REFUSED",
        "402, ACCOUNT_BLOCKED",
        "403, REJECTED",
        "404, MODEL_UNAVAILABLE",
        "408, REJECTED",
        "409, REJECTED",
        "413, TOO_LARGE",
        "422, REJECTED",
        "429, RATE_LIMITED",
        "498, OVERLOADED",
        "500, UNAVAILABLE",
        "502, UNAVAILABLE",
        "503, OVERLOADED",
        "529, UNAVAILABLE"
    })
    void error_status_selects_the_failure(int status, Kind kind) {
        assertEquals(
                kind,
                failed(exchange -> exchange.json(status, "{\"no\":\"no\"}")).kind());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 408})
    void plain_text_403_or_408_is_unavailable(int status) {
        assertEquals(
                new Failure.Unavailable("upstream request timeout", null, "status " + status),
                failed(exchange -> exchange.answer(status, "text/plain", "upstream request timeout")));
    }

    @Test
    void endless_chunks_after_the_answer_end_do_not_delay_the_reply() throws InterruptedException {
        var hungUp = new CountDownLatch(1);
        try (var server = WireServer.start(exchange -> {
                    exchange.openChunks("application/x-ndjson");
                    exchange.chunk("{\"say\":\"Hello\",\"end\":\"STOP\"}\n");
                    for (int i = 0; i < 50; i++) {
                        exchange.chunk("{\"say\":\"\"}\n");
                        if (exchange.hungUpWithin(200)) {
                            hungUp.countDown();
                            return;
                        }
                    }
                });
                var port = open(server)) {
            assertInstanceOf(LlmReply.Answered.class, port.stream(hello(), _ -> {}));
            assertTrue(hungUp.await(Calls.LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    /// What `call` returns at a provider that answers by `script`.
    private <T> T ask(WireServer.Script script, Function<LlmPort, T> call) {
        try (var server = WireServer.start(script);
                var port = open(server)) {
            return call.apply(port);
        }
    }

    private Failure failed(WireServer.Script script) {
        return failure(ask(script, port -> port.stream(hello(), _ -> {})));
    }

    private Failure complete(WireServer.Script script) {
        return failure(ask(script, port -> port.complete(hello())));
    }

    private static Failure failure(LlmReply reply) {
        return assertInstanceOf(LlmReply.Failed.class, reply).failure();
    }

    private LlmReply.Answered answered(String body) {
        LlmReply reply = ask(exchange -> exchange.json(200, body), port -> port.complete(hello()));
        return assertInstanceOf(LlmReply.Answered.class, reply);
    }

    private String text(WireServer.Script script) {
        var text = new StringBuilder();
        LlmReply reply = ask(script, port -> port.stream(hello(), chunk -> text.append(chunk.text())));
        assertInstanceOf(LlmReply.Answered.class, reply);
        return text.toString();
    }

    private ModelsReply models(String body) {
        return ask(exchange -> exchange.json(200, body), port -> port.models(slot(), Calls.LONG));
    }

    private LlmPort open(WireServer server) {
        return HttpAdapter.open(Calls.settings(PLAIN, server.baseUrl(), KEY), format);
    }

    private LlmCall hello() {
        return hello(Sampling.DEFAULT);
    }

    private LlmCall hello(Sampling sampling) {
        return Calls.call(PLAIN, Conversation.of(Message.user("Hello")), sampling, Extras.NONE);
    }

    private KeySlot slot() {
        return new KeySlot(PLAIN, 1);
    }
}
