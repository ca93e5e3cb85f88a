package io.keywheel.bootstrap.embedding;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.CannotOpenException;
import io.keywheel.bootstrap.gateway.RunningPool;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A pool of keys in this program. It opens no port.
///
/// Safe for any number of threads; one is enough for a program.
///
/// ```java
/// try (var keywheel = Keywheel.open(System.getenv())) {
///     var command = ChatCommand.of(Conversation.of(Message.user("Hello!")));
///     System.out.println(keywheel.chats().chat(command).completion().text());
/// }
/// ```
public final class Keywheel implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.settings");

    private final RunningPool pool;
    private final Adapters adapters;

    private Keywheel(RunningPool pool, Adapters adapters) {
        this.pool = pool;
        this.adapters = adapters;
    }

    /// Opens the pool that `settings` describe. The providers are asked for their models in the background, now
    /// and every hour; nothing else is sent before the first chat.
    ///
    /// @param settings the gateway's variables by their names, such as `GROQ_API_KEYS`; those of the HTTP
    ///     listener are read, too, and have no effect. `KEYWHEEL_DATA` is not read: usage is the gateway's
    /// @throws SettingsException when a value cannot be read, no provider has a key, or an adapter does not
    ///     take what is set for it
    public static Keywheel open(Map<String, String> settings) {
        return open(settings, Adapters.installed());
    }

    static Keywheel open(Map<String, String> settings, Adapters adapters) {
        var keywheel = new Keywheel(opened(read(settings, adapters)), adapters);
        keywheel.pool.keepModelsFresh();
        return keywheel;
    }

    private static RunningPool opened(Settings settings) {
        try {
            return RunningPool.open(settings);
        } catch (CannotOpenException e) {
            throw new SettingsException(e);
        }
    }

    private static Settings read(Map<String, String> settings, Adapters adapters) {
        var missing = settings.entrySet().stream()
                .filter(setting -> setting.getValue() == null)
                .map(setting -> setting.getKey() + " is null")
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw new SettingsException(missing);
        }
        var read = new HashMap<>(settings);
        read.remove("KEYWHEEL_DATA");
        return usable(Settings.read(read, adapters));
    }

    private static Settings usable(SettingsReport report) {
        report.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
        report.notices().forEach(notice -> LOG.log(Level.INFO, notice));
        Settings read = report.settings().orElseThrow(() -> new SettingsException(report.problems()));
        if (read.providers().isEmpty()) {
            throw new SettingsException(List.of("no provider has a key: set GROQ_API_KEYS or CEREBRAS_API_KEYS"));
        }
        return read;
    }

    /// Goes over to other settings. Keys that are in both stay, with all that is known of them, but where their
    /// provider is at another address; those that were retired are tried again. Keys that left are asked no
    /// more, and what they are answering goes on to its end. Times and limits count from the next chat, but for
    /// `KEYWHEEL_MAX_WAITING`, `KEYWHEEL_SHARED_STATE` and those of `OTEL_`, which stay as they were.
    ///
    /// @param settings all of them, as for [#open]
    /// @throws SettingsException as [#open]; then nothing has changed
    /// @throws IllegalStateException when it is closed
    public void change(Map<String, String> settings) {
        Settings read = read(settings, adapters);
        try {
            pool.become(read);
        } catch (CannotOpenException e) {
            throw new SettingsException(e);
        } catch (BadSettingsException e) {
            throw new IllegalStateException("it is closed", e);
        }
    }

    /// Chats with whichever key answers.
    public ChatUseCase chats() {
        return pool.useCases().chats();
    }

    /// Knows which models can be named.
    public ModelsUseCase models() {
        return pool.useCases().models();
    }

    /// Says how the keys are.
    public GatewayStatusUseCase status() {
        return pool.useCases().status();
    }

    /// Closes the connections. Chats under way are ended, and so is each that begins later: with a
    /// [io.keywheel.application.port.in.ChatException], a `ChatCancelledException` where it would have gone on.
    /// Futures of later chats fail with a [java.util.concurrent.RejectedExecutionException].
    @Override
    public void close() {
        pool.close();
    }
}
