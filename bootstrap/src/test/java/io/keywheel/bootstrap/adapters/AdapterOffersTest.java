package io.keywheel.bootstrap.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.domain.routing.ProviderId;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterOffersTest {

    @Test
    void service_line_with_an_unknown_class_is_reported_and_others_load(@TempDir Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(LlmProvider.class.getName()), "no.such.Adapter\n");
        var offers = new AdapterOffers();

        try (var loader = new URLClassLoader(new URL[] {url(directory)}, LlmProvider.class.getClassLoader())) {
            offers.take(ServiceLoader.load(LlmProvider.class, loader).stream(), _ -> "a test", "an adapter");
        }

        Adapters taken = offers.taken(List.of());
        assertTrue(taken.own(new ProviderId("groq")).isPresent(), taken::toString);
        assertEquals(1, taken.faults().size());
        assertTrue(taken.faults().getFirst().what().contains("no.such.Adapter"), taken::toString);
    }

    private static URL url(Path directory) throws IOException {
        URI uri = directory.toUri();
        return uri.toURL();
    }
}
