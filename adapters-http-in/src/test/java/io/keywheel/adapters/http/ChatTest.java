package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ChatTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void answers_with_the_text_and_who_gave_it() {
        testServer.chats.play((_, _) -> Samples.answer("Hi", Samples.limited(Samples.GROQ, 1)));

        var response = testServer.post("/api/chat", Samples.HELLO);

        response.assertJson(200, """
                        {"content": "Hi", "provider": "cerebras", "model": "gpt-oss-120b", "finish_reason": "stop",
                         "tokens": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}""");
        response.assertHeader("X-Keywheel-Provider", "cerebras");
        response.assertHeader("X-Keywheel-Model", "gpt-oss-120b");
        response.assertHeader("X-Keywheel-Key", "cerebras/1");
        response.assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited, cerebras/1:ok");
    }

    @Test
    void passes_on_all_that_was_asked() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));

        var response = testServer.post("/api/chat", """
                {"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"},
                              {"role": "user", "content": "C"}],
                 "system_prompt": "S", "provider": "groq", "model": "m", "fallback": false,
                 "temperature": 0.5, "max_tokens": 10, "top_p": 1, "stop": ["x", "y"], "seed": -9223372036854775808}""");

        response.assertStatus(200);
        var command = testServer.chats.commands().getFirst();
        assertEquals(
                List.of(Message.system("S"), Message.user("A"), Message.assistant("B"), Message.user("C")),
                command.conversation().messages());
        assertEquals(
                new Sampling(new Decimal("0.5"), 10L, new Decimal("1"), List.of("x", "y"), Long.MIN_VALUE, null),
                command.sampling());
        assertEquals(new ModelSelector("groq", "m"), command.selection());
        assertFalse(command.fallback());
    }

    @Test
    void falls_back_unless_fallback_is_false() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));

        testServer.post("/api/chat", Samples.HELLO);

        assertTrue(testServer.chats.commands().getFirst().fallback());
        assertEquals(ModelSelector.ANY, testServer.chats.commands().getFirst().selection());
        assertEquals(Sampling.DEFAULT, testServer.chats.commands().getFirst().sampling());
    }
}
