package io.keywheel.adapters.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.cerebras.Cerebras;
import io.keywheel.adapters.llm.compatible.Compatible;
import io.keywheel.adapters.llm.groq.Groq;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.contract.Calls;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ServicesTest {

    private static final String SERVICE = LlmProvider.class.getName();

    @Test
    void module_path_and_class_path_offer_the_same_providers() throws IOException {
        byte[] compiled = Files.readAllBytes(Path.of("target", "classes", "module-info.class"));
        ModuleDescriptor module = ModuleDescriptor.read(ByteBuffer.wrap(compiled));
        List<String> modular = module.provides().stream()
                .filter(provides -> provides.service().equals(SERVICE))
                .flatMap(provides -> provides.providers().stream())
                .toList();
        try (var file = getClass().getResourceAsStream("/META-INF/services/" + SERVICE)) {
            assertEquals(
                    modular,
                    new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
        assertTrue(module.exports().isEmpty());
    }

    @Test
    void cached_tokens_count_toward_limits_except_at_groq() {
        for (LlmProvider provider : List.of(new Groq(), new Cerebras(), new Compatible())) {
            try (LlmPort port = provider.open(Calls.settings(provider.id(), "http://127.0.0.1:1", "key"))) {
                assertEquals(!(provider instanceof Groq), port.countsCachedTokens());
            }
        }
    }

    @Test
    void providers_have_their_default_urls_and_models() {
        assertEquals("https://api.groq.com/openai/v1", new Groq().defaults().baseUrl());
        assertEquals("https://api.cerebras.ai/v1", new Cerebras().defaults().baseUrl());
        assertNull(new Compatible().defaults().baseUrl());
        assertEquals(LlmProvider.COMPATIBLE, new Compatible().id());
        for (LlmProvider provider : List.of(new Groq(), new Cerebras())) {
            ProviderDefaults own = provider.defaults();
            assertTrue(own.knownModels().contains(Objects.requireNonNull(own.defaultModel())));
        }
    }
}
