package io.keywheel.simulator;

import static io.keywheel.simulator.Client.CEREBRAS_MODEL;
import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.quota.PromptCaches;
import io.keywheel.simulator.quota.PromptCaches.Block;
import io.keywheel.simulator.quota.Quotas.Share;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PromptCachesTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-25T00:00:00Z"));

    @AutoClose
    private final Simulator simulator = Simulator.start(Scenario.withSeed(7)
            .key(GROQ, "gsk_one", "org_a")
            .key(GROQ, "gsk_same", "org_a")
            .key(GROQ, "gsk_other", "org_b")
            .key(CEREBRAS, "csk-one", "org_a")
            .key(COMPATIBLE, "key", "org_a")
            .limits(GROQ, new Limits(0, 0, 8_000, 0))
            .limits(CEREBRAS, new Limits(0, 0, 8_000, 0))
            .clock(now::get));

    @AutoClose
    private final Client client = new Client(simulator);

    /// A system prompt of so many words, four tokens for the message not counted; then a question.
    private static String prompt(int words, String question) {
        String system = IntStream.range(0, words).mapToObj(Integer::toString).collect(joining(" "));
        return "\"messages\":[{\"role\":\"system\",\"content\":\"" + system + "\"},{\"role\":\"user\",\"content\":\""
                + question + "\"}],\"max_completion_tokens\":100";
    }

    private HttpResponse<String> ask(Provider provider, String key, String model, String prompt) {
        return client.chat(provider, key, "{\"model\":\"" + model + "\"," + prompt + "}");
    }

    private int cached(String key, String model, String prompt) {
        JsonNode usage = json(ask(GROQ, key, model, prompt).body()).path("usage");
        return usage.at("/prompt_tokens_details/cached_tokens").asInt();
    }

    @ParameterizedTest(name = "after {0} words, {1} words: {2} cached")
    @CsvSource({"300, 300, 256", "300, 400, 256", "400, 300, 256", "118, 118, 0", "300, 200, 128"})
    void whole_blocks_of_a_common_prefix_are_cached(int first, int second, int cached) {
        assertEquals(0, cached("gsk_one", GROQ_MODEL, prompt(first, "one")));
        assertEquals(cached, cached("gsk_one", GROQ_MODEL, prompt(second, "two")));
    }

    @Test
    void different_prefix_is_not_cached() {
        cached("gsk_one", GROQ_MODEL, prompt(300, "one"));

        assertEquals(
                0,
                cached(
                        "gsk_one",
                        GROQ_MODEL,
                        "\"tools\":[]," + prompt(300, "one").replace("0 1 2", "9 1 2")));
        assertEquals(0, cached("gsk_one", GROQ_MODEL, "\"tools\":[" + tool() + "]," + prompt(300, "one")));
    }

    private static String tool() {
        return "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}";
    }

    @Test
    void cache_is_per_organisation_and_model() {
        cached("gsk_one", GROQ_MODEL, prompt(300, "one"));

        assertEquals(256, cached("gsk_same", GROQ_MODEL, prompt(300, "two")));
        assertEquals(0, cached("gsk_other", GROQ_MODEL, prompt(300, "two")));
        assertEquals(0, cached("gsk_one", "openai/gpt-oss-120b", prompt(300, "two")));
    }

    @Test
    void prompt_stays_cached_for_five_minutes_after_its_last_use() {
        for (int i = 0; i < 3; i++) {
            assertEquals(i == 0 ? 0 : 256, cached("gsk_one", GROQ_MODEL, prompt(300, "one")));
            now.updateAndGet(then -> then.plus(PromptCaches.KEPT).minusMillis(1));
        }
        now.updateAndGet(then -> then.plusMillis(1));

        assertEquals(0, cached("gsk_one", GROQ_MODEL, prompt(300, "one")));
    }

    @Test
    void rejected_prompt_is_not_cached() {
        cached("gsk_one", GROQ_MODEL, prompt(300, "one"));
        assertEquals(413, ask(GROQ, "gsk_one", GROQ_MODEL, prompt(9000, "one")).statusCode());

        assertEquals(256, cached("gsk_one", GROQ_MODEL, prompt(600, "one")));
    }

    @Test
    void cached_tokens_count_against_the_cerebras_limit_only() {
        // 300 words, 1 word and two messages are 309 tokens; 100 are reserved.
        for (String left : new String[] {"7591", "7438"}) {
            var groq = ask(GROQ, "gsk_one", GROQ_MODEL, prompt(300, "one"));
            assertEquals(
                    left,
                    groq.headers().firstValue("x-ratelimit-remaining-tokens").orElse(""));
        }
        for (String left : new String[] {"7591", "7182"}) {
            var cerebras = ask(CEREBRAS, "csk-one", CEREBRAS_MODEL, prompt(300, "one"));
            assertEquals(
                    left,
                    cerebras.headers()
                            .firstValue("x-ratelimit-remaining-tokens-minute")
                            .orElse(""));
        }
    }

    @Test
    void a_compatible_provider_reports_no_cache() {
        for (int i = 0; i < 2; i++) {
            var usage = json(ask(COMPATIBLE, "key", "any", prompt(300, "one")).body())
                    .path("usage");
            assertFalse(usage.has("prompt_tokens_details"));
        }
    }

    @Test
    void least_recently_used_block_is_evicted_first() {
        var caches = new PromptCaches();
        var share = new Share("groq", "org_a", GROQ_MODEL);
        var blocks = LongStream.rangeClosed(0, PromptCaches.MOST_BLOCKS)
                .mapToObj(hash -> new Block(share, hash))
                .toList();
        caches.keep(blocks.subList(0, 2), now.get());
        caches.keep(blocks.subList(0, 1), now.get());
        caches.keep(blocks.subList(2, blocks.size()), now.get());
        assertEquals(PromptCaches.BLOCK, caches.cached(blocks.subList(0, 2), now.get()));
    }
}
