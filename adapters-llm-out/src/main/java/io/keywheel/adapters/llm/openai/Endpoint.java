package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.memory.AnswerMemory;
import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.transport.Transport;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.routing.KeySlot;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What all instances of one provider share.
record Endpoint(
        URI chat,
        URI models,
        ProviderSettings settings,
        SecretRedactor mask,
        FailureReader failures,
        AnswerMemory memory,
        Transport transport) {

    private static final String USER_AGENT = "Keywheel/0.1.0";

    static Endpoint of(ProviderSettings settings) {
        Transport transport = Transport.open(settings);
        URI chat = URI.create(settings.baseUrl() + "/chat/completions");
        URI models = URI.create(settings.baseUrl() + "/models");
        var secretRedactor = new SecretRedactor(settings.keys());
        return new Endpoint(
                chat,
                models,
                settings,
                secretRedactor,
                new FailureReader(secretRedactor),
                new AnswerMemory(),
                transport);
    }

    Timeouts timeouts() {
        return settings.timeouts();
    }

    /// All that is said of the caller: who it is, and what it takes. A provider without keys is told no key.
    SequencedMap<String, String> headers(KeySlot slot, String accept, boolean sendsJson) {
        var headers = new LinkedHashMap<String, String>();
        // Always: the network in front of both providers refuses clients without a name.
        headers.put("User-Agent", USER_AGENT);
        headers.put("Accept", accept);
        if (sendsJson) {
            headers.put("Content-Type", "application/json");
        }
        String secret = settings.key(slot).reveal();
        if (!secret.isEmpty()) {
            headers.put("Authorization", "Bearer " + secret);
        }
        return Collections.unmodifiableSequencedMap(headers);
    }
}
