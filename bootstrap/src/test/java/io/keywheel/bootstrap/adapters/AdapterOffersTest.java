package io.keywheel.bootstrap.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.bootstrap.settings.UnopenedProvider;
import io.keywheel.domain.routing.ProviderId;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterOffersTest {

    @Test
    void a_line_that_names_no_adapter_bars_no_other(@TempDir Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(LlmProvider.class.getName()), "no.such.Adapter\n");
        var offers = new AdapterOffers();

        try (var loader = new URLClassLoader(new URL[] {url(directory)}, LlmProvider.class.getClassLoader())) {
            offers.take(ServiceLoader.load(LlmProvider.class, loader).stream(), _ -> "a test");
        }

        Adapters taken = offers.taken();
        assertTrue(taken.own(new ProviderId("groq")).isPresent(), taken::toString);
        assertEquals(1, taken.faults().size());
        assertTrue(taken.faults().getFirst().what().contains("no.such.Adapter"), taken::toString);
    }

    @Test
    void of_two_adapters_for_one_provider_neither_is_taken() {
        var one = new Adapter(UnopenedProvider.THREE.found().getFirst().provider(), "a jar");
        var other = new Adapter(one.provider(), "the class path");

        Adapters both = Adapters.single(List.of(one, other), List.of(), List.of());

        assertEquals(List.of(), both.found());
        assertEquals(
                List.of(new AdapterFault(
                        Optional.of(new ProviderId("groq")),
                        "groq has 2 adapters, in a jar and in the class path: only one of them may be there")),
                both.faults());
    }

    private static URL url(Path directory) throws IOException {
        URI uri = directory.toUri();
        return uri.toURL();
    }
}
