package io.keywheel.adapters.llm.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final PlainProvider provider = new PlainProvider();

    @Test
    void repeats_no_telling_part_of_a_key() {
        var key = new ApiKey("plain-canary-Zq81vXw0", "c0ffee00");
        try (var server = WireServer.start(
                        exchange -> exchange.json(401, "{\"no\":\"no key of ours ends in Zq81vXw0\"}"));
                var port = provider.open(new ProviderSettings(
                        provider.id(), server.baseUrl(), List.of(key), new Timeouts(LONG, LONG, LONG), Map.of()))) {
            var reply = port.models(new KeySlot(provider.id(), 1), LONG);

            var failure = assertInstanceOf(ModelsReply.Failed.class, reply).failure();
            assertEquals("no key of ours ends in ***", failure.message());
        }
    }
}
