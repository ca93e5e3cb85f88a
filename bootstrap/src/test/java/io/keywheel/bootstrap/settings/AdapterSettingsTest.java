package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.Recorded;
import io.keywheel.bootstrap.adapters.Adapter;
import io.keywheel.bootstrap.adapters.AdapterFault;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.command.Check;
import io.keywheel.bootstrap.command.ExitStatus;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterSettingsTest {

    private static final ProviderOption<Integer> THREADS = new ProviderOption<>(
            "THREADS", "a digit", text -> text.matches("\\d") ? Optional.of(Integer.valueOf(text)) : Optional.empty());

    private static final ProviderOption<Integer> DIGITS =
            new ProviderOption<>("DIGITS", "digits", text -> Optional.of(Integer.valueOf(text)));

    private static final ProviderOption<String> SIGNATURE = ProviderOption.text("SIGNATURE");

    private static final Adapters ACME = UnopenedProvider.adapters(new UnopenedProvider(
            new ProviderId("acme"),
            new ProviderDefaults("http://localhost:11434", null, List.of(), true),
            List.of(THREADS, SIGNATURE, DIGITS)));

    /// An adapter with a preset that one of the three has, too.
    private static final Adapters ANOTHER = new Adapters(
            List.of(new Adapter(new UnopenedProvider("another", null, null), "b.jar")), List.of(), List.of());

    private static final String[] IN_USE = {"KEYWHEEL_PROVIDERS=groq,acme", "GROQ_API_KEYS=k", "ACME_DEFAULT_MODEL=m"};

    @Test
    void adapter_option_is_parsed_to_its_type() {
        ProviderSetup acme = acme("ACME_THREADS=7");

        assertEquals(Optional.of(7), acme.settings().option(THREADS));
        assertEquals(Optional.empty(), acme().settings().option(THREADS));
    }

    @Test
    void invalid_option_is_a_problem_and_misspelt_option_a_warning() {
        with("ACME_THREADS=many").assertProblems("ACME_THREADS must be a digit");
        with("ACME_THREAD=7").assertWarnings("ACME_THREAD is not a setting; did you mean ACME_THREADS?");
    }

    @Test
    void option_whose_parser_throws_is_a_problem_without_the_value() {
        with("ACME_DIGITS=7a-canary")
                .assertProblems("ACME_DIGITS must be digits")
                .assertHides("canary");
    }

    @ParameterizedTest
    @CsvSource({
        "https://acme.example/v1/, https://acme.example/v1, ''",
        "http://acme.example, '', 'NEW_BASE_URL must begin with https://'",
        "acme.example, '', 'the adapter of new has the base URL acme.example by default, which is not an absolute http'",
    })
    void default_base_url_of_an_adapter_is_validated_like_a_setting(String byDefault, String read, String problem) {
        var defaults = new ProviderDefaults(byDefault, new ModelId("m"), List.of(), true);
        var report = Reading.with(
                UnopenedProvider.adapters(new UnopenedProvider(new ProviderId("new"), defaults, List.of())),
                "KEYWHEEL_PROVIDERS=new");

        if (problem.isEmpty()) {
            assertEquals(read, report.providers().getFirst().settings().baseUrl());
        } else {
            report.assertProblemBegins(problem);
        }
    }

    @Test
    void two_adapters_for_one_provider_are_reported_and_both_unused() {
        var groq = new UnopenedProvider("groq", null, null);
        Adapters both =
                UnopenedProvider.THREE.and(new Adapters(List.of(new Adapter(groq, "a.jar")), List.of(), List.of()));

        assertEquals(
                List.of("groq has 2 adapters, in a test and in a.jar: only one of them may be there"), faults(both));
        assertTrue(both.own(groq.id()).isEmpty());
    }

    @Test
    void preset_offered_by_two_adapters_is_a_fault() {
        String fault = "openai is a preset in a test and in b.jar: only one of them may be there";
        Adapters both = UnopenedProvider.THREE.and(ANOTHER);
        Adapters none = new Adapters(List.of(), List.of(), List.of());

        assertEquals(List.of(fault), faults(both));
        assertEquals(List.of(fault), faults(both.and(none)));
    }

    @Test
    void own_adapter_takes_precedence_over_conflicting_presets() {
        Adapters own = UnopenedProvider.adapters(new UnopenedProvider("openai", null, null));

        assertEquals(List.of(), faults(own.and(ANOTHER).and(UnopenedProvider.THREE)));
    }

    private static List<String> faults(Adapters adapters) {
        return adapters.faults().stream().map(AdapterFault::what).toList();
    }

    @Test
    void reload_knows_the_adapter_folder_setting(@TempDir Path folder) {
        var environment = Environment.of("GROQ_API_KEYS=k", "KEYWHEEL_ADAPTERS=" + folder);
        Path none = folder.resolve(".env");

        Settings first = Reading.of(none, "GROQ_API_KEYS=k", "KEYWHEEL_ADAPTERS=" + folder)
                .settings();
        var report = new Reading(Settings.reread(environment, none, false, UnopenedProvider.THREE));
        Settings again = report.assertWarnings().settings();
        assertEquals(first.requireRestart(), again.requireRestart());
        assertEquals(List.of(), again.changedSince(first));
    }

    @Test
    void option_of_an_unused_provider_is_no_unknown_variable() {
        Reading.with(ACME, "GROQ_API_KEYS=k", "ACME_THREADS=7").assertWarnings();
    }

    @Test
    void preset_uses_the_adapter_that_declares_it() {
        ProviderSetup acme =
                Reading.with(ACME, "KEYWHEEL_PROVIDERS=acme-eu").providers().getFirst();

        assertEquals(new ProviderId("acme"), acme.adapter().id());
        assertEquals("https://acme.example/eu", acme.settings().baseUrl());
        assertEquals(List.of(new ModelId("eu-1"), new ModelId("eu-2")), List.copyOf(acme.knownModels()));
    }

    /// The fault belongs to the adapter of acme, or to a jar that cannot be read.
    @ParameterizedTest
    @CsvSource({"acme, ''", "'', '; it may have been the adapter of acme, which has no other'"})
    void broken_adapter_is_a_problem_only_if_its_provider_is_used(String provider, String guess) {
        Adapters broken = new Adapters(
                List.of(),
                List.of(new AdapterFault(
                        Optional.of(provider).filter(name -> !name.isEmpty()).map(ProviderId::new),
                        "acme.jar is broken")),
                List.of());

        var unused = Reading.with(broken, "GROQ_API_KEYS=k", "CEREBRAS_API_KEYS=k");

        unused.assertProblems().assertWarnings("acme.jar is broken");
        Reading.with(broken, IN_USE).assertProblems("acme.jar is broken" + guess);
    }

    @Test
    void adapter_exception_message_is_redacted() {
        var e = assertThrows(BadSettingsException.class, acme("ACME_SIGNATURE=canary-signature")::open);

        assertEquals(
                "The adapter of acme cannot be opened: IllegalStateException: nothing opens with ***", e.getMessage());
    }

    @Test
    void check_fails_if_an_adapter_cannot_be_opened() {
        Recorded.of(output -> new Check(output).run(Reading.with(ACME, IN_USE).report()))
                .assertStatus(ExitStatus.FAILED)
                .assertComplains("problem: The adapter of acme cannot be opened: ");
    }

    @Test
    void library_jar_is_a_notice() {
        var report = Reading.with(new Adapters(List.of(), List.of(), List.of("lib.jar")), "GROQ_API_KEYS=k");

        assertTrue(
                report.notices().contains("lib.jar offers no provider: it is there for the adapters that need it"),
                report.notices()::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no/such/folder", "\0"})
    void missing_adapter_folder_is_a_problem(String folder) {
        Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_ADAPTERS=" + folder)
                .assertProblems("KEYWHEEL_ADAPTERS must be a directory that exists and can be read");
    }

    private static Reading with(String setting) {
        var settings = new ArrayList<>(List.of(IN_USE));
        settings.add(setting);
        return Reading.with(ACME, settings.toArray(String[]::new));
    }

    private static ProviderSetup acme() {
        return acme("ACME_ALLOW_HTTP=false");
    }

    private static ProviderSetup acme(String setting) {
        return with(setting).settings().providers().get(1);
    }
}
