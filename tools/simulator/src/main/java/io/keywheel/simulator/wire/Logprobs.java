package io.keywheel.simulator.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// How likely each token was: each as likely as all others.
final class Logprobs {

    /// Written with more digits than a double keeps, so that one who reads it as a double shows.
    private static final BigDecimal LIKELY = new BigDecimal("-0.01005033585350144118");

    private Logprobs() {}

    /// @param alternatives how many are asked for beside each token; there is never more than the token itself
    static ObjectNode of(List<String> tokens, int alternatives) {
        var logprobs = Json.object();
        var content = logprobs.putArray("content");
        for (var token : tokens) {
            var entry = entry(token);
            var others = entry.putArray("top_logprobs");
            if (alternatives > 0) {
                others.add(entry(token));
            }
            content.add(entry);
        }
        logprobs.putNull("refusal");
        return logprobs;
    }

    private static ObjectNode entry(String token) {
        var entry = Json.object().put("token", token).put("logprob", LIKELY);
        var bytes = entry.putArray("bytes");
        for (byte each : token.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(Byte.toUnsignedInt(each));
        }
        return entry;
    }
}
