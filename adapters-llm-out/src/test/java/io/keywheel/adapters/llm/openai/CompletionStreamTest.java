package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import io.keywheel.domain.failover.Failure.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class CompletionStreamTest extends StreamFixture {

    private static final String THOUGHT = RecordedAnswers.groqChunk("{\"reasoning_content\":\"Hm\"}", "null", "");
    private static final String REFUSAL = RecordedAnswers.groqChunk("{\"refusal\":\"No.\"}", "null", "");
    private static final String LENGTH = RecordedAnswers.groqChunk("{}", "\"length\"", "");

    @Test
    void assembles_what_cerebras_sends() {
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
    void every_event_goes_on_as_it_came_and_done_does_not() {
        answered(exchange -> exchange.stream(RecordedAnswers.GROQ_STREAM));
        assertEquals(
                Stream.of(RecordedAnswers.GROQ_STREAM)
                        .filter(event -> !event.equals("[DONE]"))
                        .map(Read::chunk)
                        .toList(),
                chunks);
    }

    @Test
    void does_not_count_a_usage_told_twice() {
        var usage = "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}";
        var completion = answered(exchange -> exchange.stream(
                HELLO,
                RecordedAnswers.groqChunk("{}", "\"stop\"", ",\"x_groq\":{" + usage + "}"),
                "{\"choices\":[]," + usage + "}",
                "[DONE]"));
        assertEquals(new TokenUsage(1, 2, 3), completion.usage());
    }

    @Test
    void the_last_usage_told_counts() {
        var completion = answered(exchange -> exchange.stream(
                HELLO, usage(1, ",\"queue_time\":0.10"), STOP, usage(2, ",\"queue_time\":0.20"), "[DONE]"));
        assertEquals(new TokenUsage(2, 0, 2, Extras.of("queue_time", "0.20")), completion.usage());
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
    void a_word_that_says_null_is_no_end() {
        assertEquals(
                Kind.INTERRUPTED,
                failed(exchange -> exchange.stream(RecordedAnswers.groqChunk("{\"content\":\"Hello\"}", "\"\"", "")))
                        .kind());
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
        assertEquals(
                List.of("", "Hm", ""), chunks.stream().map(Chunk::reasoning).toList());
    }

    @Test
    void the_connection_serves_again_after_done() {
        try (var server = WireServer.start(exchange -> exchange.stream(RecordedAnswers.GROQ_STREAM));
                LlmPort port = open(server, TestCalls.PATIENT)) {
            for (int i = 0; i < 10; i++) {
                assertInstanceOf(LlmReply.Answered.class, port.stream(TestCalls.hello(), chunk -> {}));
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void a_stream_that_refuses_is_an_answer() {
        assertEquals(
                FinishReason.STOP,
                answered(exchange -> exchange.stream(ROLE, REFUSAL, STOP, "[DONE]"))
                        .finishReason());
    }

    @Test
    void a_refusal_is_no_content_that_could_be_interrupted() {
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream(ROLE, REFUSAL, REFUSAL)).kind());
    }

    private static String usage(int tokens, String more) {
        return "{\"choices\":[],\"usage\":{\"prompt_tokens\":" + tokens + more + "}}";
    }
}
