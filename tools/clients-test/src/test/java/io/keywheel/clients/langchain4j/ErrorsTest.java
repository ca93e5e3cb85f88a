package io.keywheel.clients.langchain4j;

import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.langchain4j.Caller.question;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Each error is told from the others, whether a stream was asked for or not.
final class ErrorsTest {

    private static final String REJECTION = "{\"error\": {\"message\": \"No such tone.\", "
            + "\"type\": \"invalid_request_error\", \"param\": \"tone\", \"code\": \"no_such_tone\"}}";

    @AutoClose
    private final Caller caller = new Caller();

    private <E extends LangChain4jException> void bothFail(Class<E> type, String words, String model) {
        var whole = assertThrows(type, () -> caller.ask(model));
        var streamed = caller.stream(model, question()).error(type);
        for (var error : new LangChain4jException[] {whole, streamed}) {
            assertTrue(String.valueOf(error.getMessage()).contains(words), error.getMessage());
        }
    }

    @Test
    void a_wrong_token_is_refused() {
        var stranger = caller.model(LOCAL_MODEL).apiKey("not-a-clients-token").build();
        assertThrows(AuthenticationException.class, () -> stranger.chat(question()));
        assertTrue(caller.world.chats().isEmpty());
    }

    @Test
    void an_unknown_model_is_not_found() {
        bothFail(ModelNotFoundException.class, "gpt-oss-120b", "gpt-oss-120c");
    }

    @Test
    void a_rejection_keeps_the_upstreams_words() {
        caller.world.simulator().on(COMPATIBLE).always(Fault.status(400, REJECTION));
        bothFail(InvalidRequestException.class, "No such tone.", LOCAL_MODEL);
        assertEquals(2, caller.world.chats().size());
    }

    @Test
    void when_every_key_is_limited_that_is_said() {
        caller.world.simulator().on(GROQ).always(new Fault.RateLimited(Duration.ofSeconds(30)));
        bothFail(RateLimitException.class, "rate_limit_exceeded", GROQ_MODEL);
    }

    @Test
    void when_the_provider_is_down_the_gateway_is_unavailable() {
        caller.world.simulator().on(GROQ).always(KnownError.INTERNAL_ERROR);
        bothFail(InternalServerException.class, "", GROQ_MODEL);
    }
}
