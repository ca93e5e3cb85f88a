package io.keywheel.adapters.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final ProviderId GROQ = new ProviderId("groq");
    private static final TokenUsage USAGE = new TokenUsage(5, 7, 12);

    @AutoClose
    private final PrometheusMetrics metrics = new PrometheusMetrics(InstantSource.fixed(NOW), false);

    PrometheusMetricsTest() {
        watch(() -> pool(List.of()));
    }

    private void watch(Supplier<PoolStatus> pool) {
        watch(pool, catalog());
    }

    private void watch(Supplier<PoolStatus> pool, ModelCatalog known) {
        metrics.watch(new PrometheusMetrics.Sources(
                pool, () -> known, () -> 3, () -> 4, Optional::empty, Optional::empty, () -> true));
    }

    private void answered(String model, @Nullable TokenUsage usage) {
        metrics.ended(attempt(model, false, "ok"), usage, null);
    }

    private void limited(String model) {
        metrics.ended(attempt(model, false, "rate_limited"), null, null);
    }

    private static ModelCatalog catalog() {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.put(GROQ, new LinkedHashSet<>(List.of(new ModelId("small"))));
        return new ModelCatalog(models);
    }

    private static PoolKey key(int ordinal) {
        return new PoolKey(new KeySlot(GROQ, ordinal), new QuotaGroup(GROQ, "team"), "0000000" + ordinal);
    }

    private static EndedAttempt attempt(String model, boolean byDefault, String outcome) {
        var target = new Target(key(2), new ModelId(model), byDefault);
        return new EndedAttempt(target, new Outcome(outcome), "", Duration.ZERO, Duration.ofSeconds(2));
    }

    /// The value of the only sample with this name and labels, each as `name=value`.
    private double value(String name, String... labels) {
        List<String> lines = metrics.page()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .map(line -> line.replace("=\"", "=").replace('"', ','))
                .filter(line -> Stream.of(labels).allMatch(label -> line.contains(label + ",")))
                .toList();
        assertEquals(1, lines.size(), () -> metrics.page());
        return Double.parseDouble(lines.getFirst().substring(lines.getFirst().lastIndexOf(' ')));
    }

    @Test
    void counts_attempts_by_provider_key_model_and_outcome() {
        answered("small", USAGE);
        limited("small");
        limited("small");

        assertEquals(
                2,
                value("keywheel_attempts_total", "provider=groq", "key=groq/2", "model=small", "outcome=rate_limited"));
        assertEquals(1, value("keywheel_attempts_total", "outcome=ok"));
    }

    @Test
    void attempt_duration_is_counted_in_its_bucket() {
        answered("small", USAGE);

        assertEquals(2, value("keywheel_attempt_duration_seconds_sum", "answered=true"));
        assertEquals(0, value("keywheel_attempt_duration_seconds_bucket", "le=1.0"));
        assertEquals(1, value("keywheel_attempt_duration_seconds_bucket", "le=2.0"));
    }

    @Test
    void counts_input_output_and_cached_tokens_of_answers_with_usage() {
        answered("small", null);
        assertFalse(metrics.page().contains("keywheel_tokens_total"));
        answered("small", USAGE);
        answered("small", new TokenUsage(5, 7, 12, 4L, null, Extras.NONE));

        assertEquals(10, value("keywheel_tokens_total", "direction=in", "model=small"));
        assertEquals(14, value("keywheel_tokens_total", "direction=out", "provider=groq"));
        assertEquals(4, value("keywheel_tokens_total", "direction=cached", "provider=groq"));
    }

    @Test
    void unknown_models_are_counted_as_other() {
        IntStream.range(0, 1000).forEach(n -> limited("made-up-" + n));

        assertEquals(1000, value("keywheel_attempts_total", "model=other"));
    }

    @Test
    void model_that_a_virtual_model_names_is_counted_as_itself() {
        Route route = Route.to(GROQ, new ModelId("unlisted"));
        var definitions = new LinkedHashMap<>(Map.of("v", new VirtualModels.Definition(route, List.of())));
        var catalog = new ModelCatalog(catalog().models(), new VirtualModels(definitions));
        watch(() -> pool(List.of()), catalog);

        answered("unlisted", USAGE);

        assertEquals(1, value("keywheel_attempts_total", "model=unlisted"));
    }

    @Test
    void listed_models_after_the_first_100_are_counted_as_other() {
        var listed = new LinkedHashSet<ModelId>();
        IntStream.range(0, 1000).forEach(n -> listed.add(new ModelId("listed-" + n)));
        watch(() -> pool(List.of()), catalog().with(GROQ, listed));

        listed.forEach(model -> limited(model.value()));
        limited("listed-99");
        metrics.ended(attempt("by-setting", true, "ok"), null, null);

        assertEquals(2, value("keywheel_attempts_total", "model=listed-99"));
        assertEquals(1, value("keywheel_attempts_total", "model=by-setting"));
        assertEquals(900, value("keywheel_attempts_total", "model=other"));
    }

    @Test
    void default_models_after_the_first_100_are_counted_as_other() {
        IntStream.range(0, 1000).forEach(n -> metrics.ended(attempt("default-" + n, true, "ok"), null, null));

        assertEquals(1, value("keywheel_attempts_total", "model=default-99"));
        assertEquals(900, value("keywheel_attempts_total", "model=other"));
    }

    @Test
    void counts_requests_and_measures_their_duration() {
        metrics.ended(EndedRequest.of("sse", "auto", "ok", 3000, Duration.ofMillis(250)), null);

        assertEquals(1, value("keywheel_requests_total", "door=sse", "path=A", "outcome=ok"));
        assertEquals(3, value("keywheel_request_duration_seconds_sum", "door=sse", "answered=true"));
        assertEquals(0.25, value("keywheel_request_first_content_seconds_sum", "door=sse", "path=A"));
    }

    @Test
    void unauthorized_request_has_no_duration() {
        metrics.ended(EndedRequest.of("json", "", "unauthorized", 1, null), null);

        assertEquals(List.of(), metrics.recent());
        assertEquals(1, value("keywheel_requests_total", "path=none", "outcome=unauthorized"));
        assertFalse(metrics.page().contains("keywheel_request_duration_seconds_count"));
    }

    @Test
    void recent_slice_counts_attempts_and_chats() {
        limited("m");
        metrics.ended(EndedRequest.of("json", "m", "all_keys_failed", 1, null), null);

        var slice = new TrafficSlice(NOW, Duration.ofSeconds(10), 0, 1, 0, 1, Map.of("rate_limited", 1L));
        assertEquals(List.of(slice), metrics.recent());
    }

    @Test
    void failed_request_has_no_time_to_first_content() {
        metrics.ended(EndedRequest.of("json", "m", "all_keys_failed", 1, null), null);

        assertEquals(1, value("keywheel_request_duration_seconds_count", "path=B", "answered=false"));
        assertFalse(metrics.page().contains("keywheel_request_first_content_seconds_count"));
    }

    @Test
    void key_gauges_follow_the_current_key_states() {
        var states = new AtomicReference<List<KeyState>>(List.of(new KeyState.Ready(), new KeyState.Ready()));
        watch(() -> pool(states.get()));
        assertEquals(2, value("keywheel_keys", "provider=groq", "state=ready"));

        states.set(List.of(new KeyState.Ready(), new KeyState.Retired(NOW, NOW)));

        assertEquals(1, value("keywheel_keys", "state=ready"));
        assertEquals(1, value("keywheel_keys", "state=retired"));
        assertEquals(0, value("keywheel_keys", "state=cooling"));
        assertEquals(1, value("keywheel_key_state", "key=groq/2", "state=retired"));
        assertFalse(Pattern.compile("keywheel_key_state.*groq/2.*\"ready\"")
                .matcher(metrics.page())
                .find());
    }

    @Test
    void exposes_waiting_and_in_flight_requests() {
        assertEquals(3, value("keywheel_requests_waiting"));
        assertEquals(4, value("keywheel_requests_in_flight"));
    }

    @Test
    void exposes_jvm_memory_threads_and_collections() {
        assertTrue(value("jvm_memory_used_bytes", "area=heap", "Survivor Space") >= 0);
        assertTrue(value("jvm_threads_live_threads") > 1);
        assertEquals(0, value("jvm_threads_virtual", "state=queued"), 1000);
        assertEquals(0, value("jvm_threads_virtual", "state=mounted"), 1000);
        assertTrue(value("jvm_gc_memory_allocated_bytes_total") >= 0);
    }

    @Test
    void page_contains_no_key_fingerprint() {
        watch(() -> pool(List.of(new KeyState.Ready())));
        answered("small", USAGE);

        assertFalse(metrics.page().contains("0000000"));
    }

    @Test
    void page_is_complete_under_concurrent_updates() throws Exception {
        watch(() -> pool(List.of(new KeyState.Ready(), new KeyState.Ready())));
        var pages = new CopyOnWriteArrayList<String>();

        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual()
                    .start(() -> IntStream.range(0, 1000).forEach(_ -> answered("small", USAGE))));
            threads.add(Thread.ofVirtual().start(() -> pages.add(metrics.page())));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(8, pages.size());
        pages.forEach(page -> assertEquals(2, page.split("keywheel_key_state\\{", -1).length - 1, page));
        assertEquals(8000, value("keywheel_attempts_total", "model=small"));
    }

    private static PoolStatus pool(List<KeyState> keyStates) {
        List<KeyStatus> keys = IntStream.range(0, keyStates.size())
                .mapToObj(i ->
                        new KeyStatus(key(i + 1), keyStates.get(i), List.of(), List.of(), new Tally(0, Map.of(), null)))
                .toList();
        return new PoolStatus(NOW, List.of(new ProviderStatus(GROQ, new ModelId("small"), keys, 0, 0)), GROQ, NOW);
    }
}
