package io.keywheel.clients.openai;

import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import io.keywheel.clients.World;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrorsTest {

    private static final String REJECTION = "{\"error\": {\"message\": \"No such tone.\", "
            + "\"type\": \"invalid_request_error\", \"param\": \"tone\", \"code\": \"no_such_tone\"}}";

    @AutoClose
    private final Caller caller = new Caller();

    @ParameterizedTest
    @EnumSource
    void a_wrong_token_is_unauthorized(Form form) {
        var stranger = caller.client("not-a-clients-token", 0);
        form.failing(UnauthorizedException.class, stranger, LOCAL_MODEL);
        assertThrows(UnauthorizedException.class, () -> stranger.models().list());
        assertTrue(caller.world.chats().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void an_unknown_model_is_not_found(Form form) {
        var error = form.failing(NotFoundException.class, caller.client, "gpt-oss-120c");
        assertEquals(Optional.of("model_not_found"), error.code());
        assertTrue(String.valueOf(error.getMessage()).contains("gpt-oss-120b"), error.getMessage());
    }

    @Test
    void a_model_without_its_entry_is_not_found() {
        assertThrows(NotFoundException.class, () -> caller.client.models().retrieve("gpt-oss-120c"));
    }

    @ParameterizedTest
    @EnumSource
    void a_rejection_keeps_the_upstreams_message_param_and_code(Form form) {
        caller.world.simulator().on(COMPATIBLE).always(Fault.status(400, REJECTION));
        var error = form.failing(BadRequestException.class, caller.client, LOCAL_MODEL);
        assertTrue(String.valueOf(error.getMessage()).contains("No such tone."), error.getMessage());
        assertEquals(Optional.of("tone"), error.param());
        assertEquals(Optional.of("no_such_tone"), error.code());
        assertEquals(1, caller.world.chats().size());
    }

    @ParameterizedTest
    @EnumSource
    void when_every_key_is_limited_it_is_told_when_to_come_back(Form form) {
        caller.world.simulator().on(GROQ).always(new Fault.RateLimited(Duration.ofMinutes(5)));
        var error = form.failing(RateLimitException.class, caller.client, GROQ_MODEL);
        int wait = Integer.parseInt(error.headers().values("Retry-After").getFirst());
        assertTrue(wait >= 200 && wait <= 301, "Retry-After: " + wait);
        assertEquals(Optional.of("rate_limit_exceeded"), error.code());
        assertEquals(2, caller.world.chats().size());
    }

    @ParameterizedTest
    @EnumSource
    void when_the_provider_is_down_the_gateway_is_unavailable(Form form) {
        caller.world.simulator().on(GROQ).always(KnownError.INTERNAL_ERROR);
        var error = form.failing(InternalServerException.class, caller.client, GROQ_MODEL);
        assertEquals(503, error.statusCode());
    }

    @Test
    void its_own_retry_comes_when_the_gateway_said_and_is_answered() {
        var aSecond = new Fault.RateLimited(Duration.ofSeconds(1));
        caller.world.simulator().on(GROQ).next(aSecond, aSecond);
        var patient = caller.client(World.TOKEN, 1);
        var completion = patient.chat()
                .completions()
                .create(Caller.question(GROQ_MODEL, "hello").build());
        assertTrue(Caller.text(completion).contains("You asked"));
        assertEquals(3, caller.world.chats().size());
    }
}
