package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.failover.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTest {

    @Test
    void asks_and_is_answered() {
        try (var server = WireServer.start(exchange -> exchange.json(200, RecordedAnswers.GROQ_ANSWER));
                LlmPort groq = OpenAiWire.open(TestCalls.settings(server.baseUrl()), Dialect.OPENAI)) {
            LlmReply reply = groq.complete(TestCalls.hello());

            Completion completion =
                    assertInstanceOf(LlmReply.Answered.class, reply).completion();
            assertEquals("4", completion.text());
            assertEquals("The user asks…", completion.reasoning());
            Holding.assertHeld(Read.tree(RecordedAnswers.GROQ_ANSWER), completion);
            assertTrue(server.exchanges().getFirst().head().startsWith("POST /chat/completions HTTP/1.1\r\n"));
        }
    }

    @Test
    void an_answer_larger_than_any_model_gives_counts_as_unavailable() {
        String answer = RecordedAnswers.GROQ_ANSWER + " ".repeat(8 << 20);
        try (var server = WireServer.start(exchange -> exchange.json(200, answer));
                LlmPort groq = OpenAiWire.open(TestCalls.settings(server.baseUrl()), Dialect.OPENAI)) {
            LlmReply reply = groq.complete(TestCalls.hello());

            Failure failure = assertInstanceOf(LlmReply.Failed.class, reply).failure();
            assertEquals(Failure.Kind.UNAVAILABLE, failure.kind());
            assertTrue(failure.message().contains("8 MiB"), failure.message());
        }
    }

    @Test
    void streams_pieces_as_they_come() {
        try (var server = WireServer.start(exchange -> exchange.stream(RecordedAnswers.GROQ_STREAM));
                LlmPort groq = OpenAiWire.open(TestCalls.settings(server.baseUrl()), Dialect.OPENAI)) {
            List<Chunk> chunks = new ArrayList<>();

            LlmReply reply = groq.stream(TestCalls.hello(), chunks::add);

            Completion completion =
                    assertInstanceOf(LlmReply.Answered.class, reply).completion();
            assertEquals(
                    new Completion.Choice(
                            0, new Reply("", null, List.of(), Extras.NONE), FinishReason.STOP, Extras.NONE),
                    completion.choices().getFirst());
            assertEquals(Read.chunk(RecordedAnswers.GROQ_STREAM[4]).usage(), completion.usage());
            assertEquals(
                    List.of("", "", "Hello", "", ""),
                    chunks.stream().map(Chunk::text).toList());
        }
    }
}
