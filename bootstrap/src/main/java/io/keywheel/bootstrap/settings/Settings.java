package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.bootstrap.settings.clients.ListenerSettings;
import io.keywheel.bootstrap.settings.values.DotenvFile;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.ModelCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/// All settings of the gateway.
///
/// @param providers in rotation order; empty if no provider has a key
/// @param catalog the models that clients can name before any provider has listed its models
/// @param listener how clients reach the gateway; ignored if Keywheel is embedded in another program
/// @param clients the limits and permitted models of clients
/// @param usage where usage is stored, and for how long
/// @param sharedState the store that gateways share key state through; empty if they do not
/// @param traces whether and how traces are sent
/// @param limits the limits of all requests
/// @param log the log's format and level; ignored if Keywheel is embedded in another program
/// @param requireRestart the values, as text, that only a restart changes, by variable
/// @param drainTimeout how long running requests may continue after a stop is requested
/// @param hashes hashes of the values of all variables that are set, by variable
public record Settings(
        List<ProviderSetup> providers,
        ModelCatalog catalog,
        ListenerSettings listener,
        ClientRules clients,
        Usage usage,
        Optional<RedisSharedState.Settings> sharedState,
        TraceSettings traces,
        RequestLimits limits,
        LogSettings log,
        Duration drainTimeout,
        Map<String, String> requireRestart,
        Map<String, String> hashes) {

    /// @param directory empty if usage is only in memory
    /// @param days how many days are kept, including today
    public record Usage(Optional<Path> directory, int days) {}

    /// The message for settings without any key. They count as valid otherwise.
    public static final String NO_KEYS =
            "No provider has a key. Make one at https://console.groq.com/keys or https://cloud.cerebras.ai, and set"
                    + " GROQ_API_KEYS or CEREBRAS_API_KEYS in the environment or in .env. With KEYWHEEL_PROVIDERS, set a"
                    + " key of a provider that it names";

    public Settings {
        providers = List.copyOf(providers);
        requireRestart = Map.copyOf(requireRestart);
        hashes = Map.copyOf(hashes);
    }

    /// Omits the hashes: the hash of a short secret would reveal it.
    @Override
    public String toString() {
        return "Settings[" + hashes.size() + " variables]";
    }

    /// The variables whose change from `running` to these settings requires a restart.
    public List<String> needRestartAfter(Settings running) {
        return differing(requireRestart, running.requireRestart);
    }

    public List<String> changedSince(Settings before) {
        return differing(hashes, before.hashes);
    }

    /// The names whose values differ, including those in only one of the two.
    private static List<String> differing(Map<String, String> one, Map<String, String> other) {
        var names = new TreeSet<>(one.keySet());
        names.addAll(other.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(one.get(name), other.get(name)))
                .toList();
    }

    /// Reads the variables of `environment`, and those of the file `dotenv` that are not in it.
    ///
    /// @param dotenv may be missing
    /// @param folder the default folder of adapter jars; may be missing
    public static SettingsReport read(
            Map<String, String> environment, Path dotenv, Adapters installed, Optional<Path> folder) {
        var messages = new ValidationMessages();
        var variables = new Variables(environment, DotenvFile.read(dotenv, false, messages), messages);
        // The unread part may name another folder of jars, and loading a jar runs its code.
        return report(
                messages.problems().isEmpty()
                        ? SettingsReader.of(variables, installed, folder, messages)
                        : new SettingsReader(variables, installed, messages));
    }

    /// As [#read], for a reload of a running gateway, which keeps its adapters.
    ///
    /// @param existed whether the file existed at the start. If so, it must still exist: a gateway whose
    ///     tokens are in it would otherwise admit everyone
    public static SettingsReport reread(
            Map<String, String> environment, Path dotenv, boolean existed, Adapters adapters) {
        var messages = new ValidationMessages();
        var variables = new Variables(environment, DotenvFile.read(dotenv, existed, messages), messages);
        return report(new SettingsReader(variables, adapters, messages));
    }

    /// If `.env` has a problem, only malformed values of settings with one value are reported beside it: other
    /// problems may follow from its unread part, which would seem to be missing.
    private static SettingsReport report(SettingsReader reader) {
        ValidationMessages messages = reader.messages();
        if (messages.problems().isEmpty()) {
            return reader.read();
        }
        List<String> warnings = messages.warnings();
        // The variables still report to `messages`. All other reports are dropped, and so are the variables' warnings.
        new SettingsReader(reader.variables(), reader.adapters(), new ValidationMessages()).read();
        return new SettingsReport(
                Optional.empty(), List.of(), messages.problems(), warnings, List.of(), reader.adapters());
    }

    /// Reads the variables of `environment` alone.
    public static SettingsReport read(Map<String, String> environment, Adapters installed) {
        var messages = new ValidationMessages();
        var variables = new Variables(environment, Map.of(), messages);
        return SettingsReader.of(variables, installed, Optional.empty(), messages)
                .read();
    }
}
