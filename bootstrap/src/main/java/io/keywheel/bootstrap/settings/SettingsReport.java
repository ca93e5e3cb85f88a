package io.keywheel.bootstrap.settings;

import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.settings.clients.EnvironmentChecks;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.domain.routing.ModelCatalog;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The settings, and all there is to say about them.
///
/// @param settings present if and only if there are no problems
/// @param providers those without a problem; none if `.env` or the folder of adapters could not be read
/// @param problems what stops the start
/// @param warnings what was probably not meant
/// @param notices what is worth knowing
/// @param adapters those at hand, whether or not a provider of the settings needs them
public record SettingsReport(
        Optional<Settings> settings,
        List<ProviderSetup> providers,
        List<String> problems,
        List<String> warnings,
        List<String> notices,
        Adapters adapters) {

    public SettingsReport {
        providers = List.copyOf(providers);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        notices = List.copyOf(notices);
    }

    /// All there is to say of settings in which nothing is amiss.
    public static SettingsReport of(Settings settings) {
        var none = new Adapters(List.of(), List.of(), List.of());
        return new SettingsReport(Optional.of(settings), settings.providers(), List.of(), List.of(), List.of(), none);
    }

    /// For settings of which a part could not be read. Nothing is checked then, because that part would
    /// seem to be missing.
    static SettingsReport unread(ValidationMessages messages, Adapters adapters) {
        return new SettingsReport(
                Optional.empty(), List.of(), messages.problems(), messages.warnings(), List.of(), adapters);
    }

    /// The warnings where models are `known` beside those of the settings: the ones that providers have
    /// listed.
    public List<String> warnings(ModelCatalog known) {
        List<String> doubts = settings.map(read -> ModelDoubts.of(read.catalog(), read.clients()))
                .orElse(List.of());
        return Stream.concat(
                        warnings.stream().filter(warning -> !doubts.contains(warning)),
                        settings.stream().flatMap(read -> ModelDoubts.of(known, read.clients()).stream()))
                .toList();
    }

    /// With what `circumstances` add to warn of.
    public SettingsReport under(EnvironmentChecks environmentChecks) {
        List<String> all = Stream.concat(
                        warnings.stream(),
                        settings.stream().flatMap(read -> environmentChecks.warnings(read.listener()).stream()))
                .toList();
        return new SettingsReport(settings, providers, problems, all, notices, adapters);
    }
}
