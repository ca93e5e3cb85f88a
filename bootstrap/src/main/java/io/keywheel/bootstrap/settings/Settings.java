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

/// Everything an operator can decide.
///
/// @param providers in rotation order; none where no provider has a key
/// @param catalog the models that can be named before any provider was asked for its own
/// @param clients what clients may do
/// @param usage what is kept of it
/// @param sharedState where gateways share what they know; empty for nowhere
/// @param traces whether they are sent, and how
/// @param log how the program writes its log; one that Keywheel is embedded in writes it its own way
/// @param requireRestart what a reload does not change, as text, by the names of its variables
/// @param drainTimeout how long running requests may go on after a stop was asked for
/// @param hashes of what all of them are read from, by the names of the variables
public record Settings(
        List<ProviderSetup> providers,
        ModelCatalog catalog,
        ListenerSettings listener,
        ClientRules clients,
        UsageSettings usage,
        Optional<RedisSharedState.Settings> sharedState,
        TraceSettings traces,
        RequestLimits limits,
        LogSettings log,
        Duration drainTimeout,
        SortedMap<String, String> requireRestart,
        Map<String, String> hashes) {

    /// What is wrong with settings that are otherwise in order.
    public static final String NO_KEYS =
            "No provider has a key. Make one at https://console.groq.com/keys or https://cloud.cerebras.ai, and set"
                    + " GROQ_API_KEYS or CEREBRAS_API_KEYS in the environment or in .env";

    public Settings {
        providers = List.copyOf(providers);
        requireRestart = Collections.unmodifiableSortedMap(new TreeMap<>(requireRestart));
        hashes = Map.copyOf(hashes);
    }

    /// Without the hashes: that of a short secret would give it away.
    @Override
    public String toString() {
        return "Settings[" + hashes.size() + " variables]";
    }

    /// The variables that a gateway started with `running` would have to be started anew for.
    public List<String> needRestartAfter(Settings running) {
        return requireRestart.entrySet().stream()
                .filter(mine -> !mine.getValue().equals(running.requireRestart.get(mine.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The variables that read otherwise than in `before`, or are set in one of the two alone.
    public List<String> changedSince(Settings before) {
        var names = new TreeSet<>(hashes.keySet());
        names.addAll(before.hashes.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(hashes.get(name), before.hashes.get(name)))
                .toList();
    }

    /// Reads the variables of `environment` and, for names it does not hold, those of the file `dotenv`.
    ///
    /// @param dotenv need not exist
    /// @param folder where jars with more adapters are unless a variable says otherwise; need not exist
    public static SettingsReport read(
            Map<String, String> environment, Path dotenv, Adapters installed, Optional<Path> folder) {
        var messages = new ValidationMessages();
        Map<String, String> written = DotenvFile.read(dotenv, messages);
        return messages.problems().isEmpty()
                ? read(environment, written, installed, folder, messages)
                : SettingsReport.unread(messages, installed);
    }

    /// Reads as [#read] does, for a gateway that runs: its adapters stay those that it has.
    ///
    /// @param wasThere whether the file was there at the start: then it has to be, for without it a gateway
    ///     whose tokens are in it would let everybody in
    public static SettingsReport readAnew(
            Map<String, String> environment, Path dotenv, boolean wasThere, Adapters atHand) {
        var messages = new ValidationMessages();
        if (wasThere && !Files.exists(dotenv)) {
            messages.problem(dotenv.getFileName() + " was there at the start and is gone");
        }
        Map<String, String> written = DotenvFile.read(dotenv, messages);
        if (!messages.problems().isEmpty()) {
            return SettingsReport.unread(messages, atHand);
        }
        return new SettingsReader(new Variables(environment, written, messages), atHand, messages).read();
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
