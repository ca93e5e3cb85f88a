package io.keywheel.bootstrap.command;

import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.Recorded;
import io.keywheel.bootstrap.Sources;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.contract.WireServer;
import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Runs `check --live` with one or two keys.
class LiveCheckTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @AutoClose
    private final Simulator simulator =
            Simulator.start(Scenario.withSeed(1).key(GROQ, "gsk_one", "a").key(GROQ, "gsk_two", "b"));

    private Recorded check(Duration timeout, String... settings) {
        var environment =
                new HashMap<>(Environment.of("GROQ_API_KEYS=gsk_one", "GROQ_BASE_URL=" + simulator.baseUrl(GROQ)));
        environment.putAll(Environment.of(settings));
        return Recorded.of(
                output -> new Check(output, timeout).runLive(Settings.read(environment, Adapters.installed())));
    }

    @Test
    void warns_about_models_missing_from_the_providers_list() {
        var run = check(
                        LONG,
                        "GROQ_DEFAULT_MODEL=none",
                        "KEYWHEEL_MODELS=a=groq/openai/gpt-oss-12b; b=groq/openai/gpt-oss-20b|groq>a")
                .assertStatus(0)
                .assertSays(
                        "warning: groq/1 does not list the model openai/gpt-oss-12b; did you mean openai/",
                        "warning: groq/1 does not list the model none\n");
        assertEquals(2, run.out().split("does not list", -1).length - 1, run.out());
    }

    @Test
    void reports_the_result_of_each_key() {
        simulator.on(GROQ, "gsk_two").models().next(KnownError.INVALID_KEY);

        var run = check(LONG, "GROQ_API_KEYS=gsk_one,gsk_two").assertStatus(1).assertSays("ok, ");
        assertTrue(run.err().matches("(?s).*problem: groq/2 .*key_refused.*"), run.err());
    }

    @Test
    void rate_limited_key_counts_as_working_with_a_warning() {
        simulator.on(GROQ, "gsk_one").models().next(KnownError.RATE_LIMIT_REQUESTS);

        var run = check(LONG).assertStatus(0);
        assertTrue(run.out().matches("(?s).*warning: groq/1 .*rate_limited: .*"), run.out());
    }

    @Test
    void single_model_is_counted_in_the_singular() {
        try (var single = WireServer.start(exchange -> exchange.json(200, "{\"data\":[{\"id\":\"only\"}]}"))) {
            check(LONG, "GROQ_BASE_URL=" + single.baseUrl()).assertSays("  ok, 1 model\n");
        }
    }

    @Test
    void model_list_timeout_is_that_of_the_troubleshooting_page() {
        var check = new Check(new Output(System.out, System.err));

        String line =
                "timed_out: no list of models within " + check.modelsTimeout().toSeconds() + "s`";
        assertTrue(Sources.page("troubleshooting.md").contains(line), line);
    }

    @Test
    void model_list_timeout_is_reported_as_a_problem() {
        try (var silent = WireServer.start(exchange -> exchange.awaitHangUp())) {
            var run = check(Duration.ofSeconds(1), "GROQ_BASE_URL=" + silent.baseUrl())
                    .assertStatus(1);
            assertTrue(
                    run.err().matches("(?s).*problem: groq/1 .*timed_out: no list of models within 1s.*"), run.err());
        }
    }
}
