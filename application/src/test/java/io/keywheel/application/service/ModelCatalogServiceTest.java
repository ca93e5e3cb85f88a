package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.CEREBRAS;
import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.selecting;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelCatalogServiceTest {

    private final TestGateway test = new TestGateway();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void knows_the_built_in_models_before_it_has_asked() {
        assertEquals(List.of("openai/gpt-oss-20b"), models(GROQ));
    }

    @Test
    void adds_what_a_provider_lists_to_what_was_built_in() {
        test.gateway.models().refresh();

        assertEquals(List.of("listed-by-groq/1", "openai/gpt-oss-20b"), models(GROQ));
        assertEquals(List.of("listed-by-cerebras/1", "gpt-oss-120b"), models(CEREBRAS));
    }

    @Test
    void keeps_the_first_1000_models_of_those_that_a_provider_lists() {
        for (int listed : List.of(0, 1, 999, 1000, 1001, 100_000)) {
            test.groq.lists(
                    GROQ_1,
                    new ModelsReply.Listed(IntStream.range(0, listed)
                            .mapToObj(number -> new ModelId("listed-" + number))
                            .toList()));

            test.gateway.models().refresh();

            assertEquals(Math.min(listed, 1000) + 1, models(GROQ).size());
            assertEquals("openai/gpt-oss-20b", models(GROQ).getLast());
        }
    }

    @Test
    void routes_to_a_model_that_it_has_just_learnt_of() {
        test.gateway.models().refresh();

        var answer = test.gateway.chats().chat(selecting(null, "listed-by-cerebras/1"));

        assertEquals(CEREBRAS, answer.serving().target().provider());
    }

    @Test
    void asks_with_the_next_key_when_one_is_refused() {
        test.groq.lists(GROQ_1, new ModelsReply.Failed(new Failure.KeyRefused("invalid")));
        test.groq.lists(GROQ_2, new ModelsReply.Listed(List.of(new ModelId("seen-by-the-second"))));

        test.gateway.models().refresh();

        assertEquals(List.of("seen-by-the-second", "openai/gpt-oss-20b"), models(GROQ));
    }

    @Test
    void keeps_what_it_knows_of_a_provider_that_does_not_tell() {
        test.gateway.models().refresh();
        test.groq.lists(GROQ_1, new ModelsReply.Failed(new Failure.Unavailable("down", null)));

        test.gateway.models().refresh();

        assertEquals(List.of("listed-by-groq/1", "openai/gpt-oss-20b"), models(GROQ));
    }

    private List<String> models(ProviderId provider) {
        return test.gateway.models().catalog().models().getOrDefault(provider, new LinkedHashSet<>()).stream()
                .map(ModelId::value)
                .toList();
    }
}
