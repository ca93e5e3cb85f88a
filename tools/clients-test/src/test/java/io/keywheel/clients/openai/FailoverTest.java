package io.keywheel.clients.openai;

import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.openai.Caller.question;
import static io.keywheel.clients.openai.Caller.text;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.Moment;
import java.util.ArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The client sees an answer and nothing else.
final class FailoverTest {

    private static final String ANSWER = "You asked \"hello\" (message 1 of this conversation).";

    @AutoClose
    private final Caller caller = new Caller();

    @Test
    void the_next_key_answers_when_one_is_limited() {
        caller.world.simulator().on(GROQ).next(KnownError.RATE_LIMIT_REQUESTS);
        assertTrue(text(caller.ask(GROQ_MODEL)).contains(ANSWER));
        assertTwoKeysWereAsked();
    }

    @Test
    void the_other_providers_answer_while_one_is_down() {
        caller.world.simulator().on(GROQ).always(KnownError.BAD_GATEWAY);
        caller.world.simulator().on(CEREBRAS).always(new Fault.Cut(Moment.BEFORE_HEAD));
        for (int i = 0; i < 4; i++) {
            assertTrue(text(caller.ask("auto")).contains("compatible/small-model says: " + ANSWER));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate-limit-requests", "stream-error:0", "cut:before-content"})
    void a_stream_that_fails_before_its_first_word_is_answered_by_the_next_key(String fault) {
        caller.world.simulator().on(COMPATIBLE).next(Fault.named(fault));
        caller.world.simulator().on(GROQ).next(Fault.named(fault));
        var chunks = caller.stream(question("auto", "hello"));
        assertTrue(text(chunks).endsWith(ANSWER), text(chunks));
        assertEquals(1, chunks.stream().map(ChatCompletionChunk::id).distinct().count());
        assertEquals(2, caller.world.chats().size());
    }

    private void assertTwoKeysWereAsked() {
        var chats = caller.world.chats();
        assertEquals(2, chats.size());
        assertNotEquals(chats.get(0).key(), chats.get(1).key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut:after-tokens:3", "stream-error:3"})
    void a_stream_that_breaks_off_ends_in_an_error_after_what_was_said(String fault) {
        caller.world.simulator().on(COMPATIBLE).next(Fault.named(fault));
        var seen = new ArrayList<ChatCompletionChunk>();
        var params = question(LOCAL_MODEL, "hello").build();
        try (var response = caller.client.chat().completions().createStreaming(params)) {
            assertThrows(OpenAIException.class, () -> response.stream().forEach(seen::add));
        }
        assertFalse(text(seen).isEmpty());
        assertFalse(text(seen).contains(ANSWER));
        assertEquals(1, caller.world.chats().size());
    }
}
