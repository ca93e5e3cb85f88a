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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// All settings of the gateway.
///
/// @param providers in rotation order; empty if no provider has a key
/// @param catalog the models that clients can name before any provider has listed its models
/// @param clients the limits and permitted models of clients
/// @param usage where usage is stored, and for how long
/// @param sharedState the store that gateways share key state through; empty if they do not
/// @param traces whether and how traces are sent
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
        SortedMap<String, String> requireRestart,
        Map<String, String> hashes) {

    /// Where usage is stored, and for how long.
    ///
    /// @param directory empty if usage is only in memory
    /// @param days how many days are kept, including today
    public record Usage(Optional<Path> directory, int days) {}

    /// The message for settings without any key. They count as valid otherwise.
    public static final String NO_KEYS =
            "No provider has a key. Make one at https://console.groq.com/keys or https://cloud.cerebras.ai, and set"
                    + " GROQ_API_KEYS or CEREBRAS_API_KEYS in the environment or in .env";

    public Settings {
        providers = List.copyOf(providers);
        requireRestart = Collections.unmodifiableSortedMap(new TreeMap<>(requireRestart));
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

    /// The variables whose values differ from `before`, including those set in only one of the two.
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
        Map<String, String> written = DotenvFile.read(dotenv, messages);
        return messages.problems().isEmpty()
                ? read(environment, written, installed, folder, messages)
                : SettingsReport.unread(messages, installed);
    }

    /// As [#read], for a reload of a running gateway, which keeps its adapters.
    ///
    /// @param existed whether the file existed at the start. If so, it must still exist: a gateway whose
    ///     tokens are in it would otherwise admit everyone
    public static SettingsReport reread(
            Map<String, String> environment, Path dotenv, boolean existed, Adapters adapters) {
        var messages = new ValidationMessages();
        if (existed && !Files.exists(dotenv)) {
            messages.problem(dotenv.getFileName() + " was there at the start and is gone");
        }
        Map<String, String> written = DotenvFile.read(dotenv, messages);
        if (!messages.problems().isEmpty()) {
            return SettingsReport.unread(messages, adapters);
        }
        return new SettingsReader(new Variables(environment, written, messages), adapters, messages).read();
    }

    /// Reads the variables of `environment` alone.
    public static SettingsReport read(Map<String, String> environment, Adapters installed) {
        return read(environment, Map.of(), installed, Optional.empty(), new ValidationMessages());
    }

    private static SettingsReport read(
            Map<String, String> environment,
            Map<String, String> dotenv,
            Adapters installed,
            Optional<Path> folder,
            ValidationMessages messages) {
        var variables = new Variables(environment, dotenv, messages);
        return SettingsReader.of(variables, installed, folder, messages).read();
    }
}
