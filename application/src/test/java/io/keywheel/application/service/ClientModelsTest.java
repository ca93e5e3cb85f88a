package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.ClientRefusedException.Reason;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientModelsTest {

    @AutoClose
    private final TestGateway test = new TestGateway();

    private void allow(String... models) {
        var rule = new ClientRule(Map.of(), List.of(models), false);
        test.rules(new ClientRules(Map.of("alice", rule), ClientRule.UNLIMITED));
    }

    private static ChatCommand selecting(@Nullable String provider, @Nullable String model) {
        return TestGateway.selecting(provider, model).withClient("alice");
    }

    @ParameterizedTest
    @CsvSource({
        ", openai/gpt-oss-20b, groq/*",
        "groq, m, groq/m",
        ", , auto",
        "groq, , auto",
    })
    void client_may_use_the_models_of_its_rule(@Nullable String provider, @Nullable String model, String allowed) {
        allow("x", allowed);

        test.gateway.chats().check(selecting(provider, model));
        test.chat(selecting(provider, model));
    }

    @ParameterizedTest
    @CsvSource({
        ", openai/gpt-oss-20b, cerebras/*",
        ", , groq/*",
        "groq, m, cerebras/m",
        "none, m, groq/m",
    })
    void client_may_not_use_other_models(@Nullable String provider, @Nullable String model, String allowed) {
        allow(allowed);

        var refused = test.failure(ClientRefusedException.class, selecting(provider, model));

        assertEquals(Reason.MODEL_NOT_ALLOWED, refused.reason());
        assertThrows(ClientRefusedException.class, () -> test.gateway.chats().check(selecting(provider, model)));
    }

    @Test
    void model_refusal_lists_allowed_models_with_near_matches_first() {
        allow("a", "b", "c", "d", "e", "f", "g", "h", "i", "groq/*", "smart", "j");

        var refused = test.failure(ClientRefusedException.class, selecting(null, "smrt"));

        assertEquals(
                "The client alice may not use the model 'smrt'; it may use smart, a, b, c, d, e, f, g, h, i and 2 more",
                refused.getMessage());
    }
}
