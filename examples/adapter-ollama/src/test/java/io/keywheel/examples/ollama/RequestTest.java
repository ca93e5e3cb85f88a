package io.keywheel.examples.ollama;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestTest {

    private static final ProviderId OLLAMA = new ProviderId("ollama");
    private static final Target TARGET = new Target(
            new PoolKey(new KeySlot(OLLAMA, 1), new QuotaGroup(OLLAMA, "one"), "00000000"), new ModelId("llama"), true);

    @Test
    void request_without_stop_sequences_has_no_stop_option() {
        var call = new LlmCall(
                TARGET, Conversation.of(Message.user("Hello")), Sampling.DEFAULT, Extras.NONE, Duration.ofSeconds(1));

        byte[] body = requireNonNull(new OllamaFormat(Optional.empty())
                .chat(call, ApiKey.NONE, false)
                .body());
        JsonNode request = Format.json(new String(body, StandardCharsets.UTF_8));

        assertEquals("llama", request.get("model").textValue());
        assertFalse(request.get("options").has("stop"), request::toString);
    }
}
