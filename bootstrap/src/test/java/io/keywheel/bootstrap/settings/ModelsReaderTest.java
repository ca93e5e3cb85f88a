package io.keywheel.bootstrap.settings;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.routing.VirtualModels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks the parsing of `KEYWHEEL_MODELS`. Tests of the domain cover the meaning of a definition.
class ModelsReaderTest {

    private static Reading read(String models) {
        return Reading.of(
                "GROQ_API_KEYS=k",
                "KEYWHEEL_PROVIDERS=cerebras,groq,local",
                "LOCAL_BASE_URL=http://localhost:9",
                "LOCAL_DEFAULT_MODEL=m",
                "KEYWHEEL_MODELS=" + models);
    }

    private static VirtualModels models(String text) {
        return read(text).settings().catalog().virtual();
    }

    @Test
    void definitions_are_separated_by_semicolons_and_ignore_blanks() {
        VirtualModels models = models(" smart = groq/a=b | local > groq ;; claude-*=smart; ");

        assertEquals(
                List.of("auto", "smart", "claude-*"),
                List.copyOf(models.definitions().keySet()));
        assertEquals(
                "groq/a=b | local > groq",
                models.find("claude-opus").orElseThrow().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
                    fast=groq; smart # , entry 2, 'smart': expected name=target, as in fast=groq/openai/gpt-oss-20b
                    gsk_abcdefghijklmnopqrstuvwxyz # , entry 1, 'gsk_abcdefghijklmnop…': expected name=target, as in fast=groq/openai/gpt-oss-20b
                    a=groq;a=local   # , a: defined twice
                    x=stranger/m     # , x: stranger/m is neither a virtual model nor a known model, and stranger is no provider
                    """)
    void invalid_definition_is_a_problem_that_names_it(String text, String problem) {
        read(text).assertProblems("KEYWHEEL_MODELS" + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a|b", "a>b", "a*b", "**", "*a", "é"})
    void invalid_virtual_model_name_is_a_problem(String name) {
        read(name + "=groq")
                .assertProblems("KEYWHEEL_MODELS, entry 1, '" + name
                        + "=groq': expected a name of 1 to 200 printable ASCII characters"
                        + " before =, without blanks, | and >; only its last may be *");
    }

    @Test
    void virtual_model_name_has_at_most_200_characters() {
        String longest = "x".repeat(200);

        assertEquals(
                "groq", models(longest + "=groq").find(longest).orElseThrow().toString());
        assertEquals(1, read(longest + "x=groq").problems().size());
    }

    @Test
    void more_than_1000_definitions_are_a_problem() {
        String thousand =
                IntStream.range(0, 1000).mapToObj(n -> "m" + n + "=groq").collect(joining(";"));

        read(thousand).assertProblems();
        read(thousand + ";x=groq").assertProblems("KEYWHEEL_MODELS has more than 1000 definitions");
    }

    @Test
    void definition_leads_through_at_most_100_definitions() {
        String links =
                IntStream.range(0, 99).mapToObj(n -> "m" + n + "=m" + (n + 1)).collect(joining(";"));

        assertEquals(
                "groq", models(links + ";m99=groq").find("m0").orElseThrow().toString());
        read(links + ";m99=x;x=groq").assertProblems("KEYWHEEL_MODELS, m0: leads through more than 100 definitions");
    }

    @Test
    void targets_of_a_misconfigured_provider_add_no_warnings() {
        Reading.of("GROQ_API_KEYS=k", "GROQ_BASE_URL=groq.example", "KEYWHEEL_MODELS=x=groq|groq/m")
                .assertWarnings()
                .assertProblemBegins("GROQ_BASE_URL ");
    }

    @Test
    void target_of_a_provider_without_a_key_is_skipped_with_a_warning() {
        read("x=cerebras/m|groq")
                .assertWarnings("KEYWHEEL_MODELS, x: cerebras/m is skipped, because cerebras has no key");
    }

    /// `compatible` is an adapter for any provider, not a provider itself.
    @Test
    void target_of_an_unused_provider_is_skipped_with_a_warning() {
        var report = Reading.of(
                "GROQ_API_KEYS=k", "KEYWHEEL_PROVIDERS=groq", "KEYWHEEL_MODELS=x=cerebras|openai/m|groq|compatible");

        report.assertWarnings(
                "KEYWHEEL_MODELS, x: cerebras is skipped, because cerebras is not in KEYWHEEL_PROVIDERS",
                "KEYWHEEL_MODELS, x: openai/m is skipped, because openai is not in KEYWHEEL_PROVIDERS");
        report.assertProblems(
                "KEYWHEEL_MODELS, x: compatible is neither a virtual model nor a known model, and compatible is no provider");
    }
}
