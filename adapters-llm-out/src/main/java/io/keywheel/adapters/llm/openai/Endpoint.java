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
        for (int i = 0; i < settings.keys().size(); i++) {
            if (!fitsIntoHeader(settings.keys().get(i).reveal())) {
                throw new IllegalArgumentException(
                        "key " + (i + 1) + " of " + settings.provider() + " has characters that no key can have");
            }
        }
        URI chat = URI.create(settings.baseUrl() + "/chat/completions");
        if (chat.getHost() == null || !("http".equals(chat.getScheme()) || "https".equals(chat.getScheme()))) {
            throw new IllegalArgumentException("the base URL of " + settings.provider() + " is no http or https URL");
        }
        URI models = URI.create(settings.baseUrl() + "/models");
        var secretRedactor = new SecretRedactor(settings.keys());
        return new Endpoint(
                chat,
                models,
                settings,
                secretRedactor,
                new FailureReader(secretRedactor),
                new AnswerMemory(),
                Transport.open(settings));
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

    /// An HTTP client would name the value in its complaint.
    private static boolean fitsIntoHeader(String secret) {
        return secret.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
