package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.application.port.out.ApiKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintsTest {

    private static final String URL = "https://groq.test/v1";

    private static Fingerprints of(String salt, String baseUrl, String shown) {
        return new Fingerprints(salt, List.of(TestGateway.groq(baseUrl, new ApiKey("secret-one", shown))));
    }

    private static String wire(Fingerprints fingerprints) {
        return String.valueOf(fingerprints.wire(TestGateway.GROQ, "a"));
    }

    @Test
    void shared_key_id_depends_on_base_url_and_salt() {
        String wire = wire(of("salt", URL, "a"));

        assertNull(of("salt", "https://wrong.test/v1", "b").own(TestGateway.GROQ, wire));
        assertNull(of("pepper", URL, "b").own(TestGateway.GROQ, wire));
    }
}
