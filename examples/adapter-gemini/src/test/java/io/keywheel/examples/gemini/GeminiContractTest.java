package io.keywheel.examples.gemini;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.adapters.llm.sdk.Refusal;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Gemini();
    }

    @Override
    public Wire wire() {
        return new GeminiWords();
    }

    @Test
    void error_code_in_a_200_answer_selects_the_failure() {
        var body = Format.json(
                "{\"error\":{\"code\":429,\"message\":\"no more\",\"details\":[" + "{\"retryDelay\":\"7s\"}]}}");

        var failure = new Gemini().refusal(new Refusal(200, "no more", null, Headers.NONE, body));

        assertEquals(new Failure.RateLimited("no more", Duration.ofSeconds(7), RateLimitStatus.UNKNOWN), failure);
    }

    @ParameterizedTest
    @CsvSource({"',\"cachedContentTokenCount\":3', 3", "'',"})
    void cached_tokens_are_read_if_present(String more, @Nullable Long cached) {
        var answer =
                Format.json("{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":5"
                        + more + "}}");

        var usage = new Gemini().decoder().next(answer).orElseThrow().usage();

        assertEquals(cached, Objects.requireNonNull(usage).cachedTokens());
    }
}
