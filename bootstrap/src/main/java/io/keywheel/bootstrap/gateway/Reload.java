package io.keywheel.bootstrap.gateway;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.bootstrap.settings.clients.AccessTokens;
import io.keywheel.domain.routing.NameList;
import io.keywheel.domain.routing.PoolKey;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Reads the settings again and applies them to the running gateway, one reload at a time.
final class Reload {

    private static final System.Logger LOG = System.getLogger("io.keywheel.settings");

    private final Settings atStart;
    private final Supplier<SettingsReport> reread;
    private final GatewayRuntime runtime;
    private Consumer<Map<String, String>> replaceTokens = _ -> {};

    private Settings current;
    private volatile boolean hasSucceeded = true;

    Reload(Settings atStart, Supplier<SettingsReport> reread, GatewayRuntime runtime) {
        this.atStart = atStart;
        this.reread = reread;
        this.runtime = runtime;
        current = atStart;
    }

    /// Passes the hashed access tokens, with their clients, to `replaceTokens`: now and at each later reload. A client
    /// may have requested a reload since the start.
    synchronized void onTokens(Consumer<Map<String, String>> replaceTokens) {
        this.replaceTokens = replaceTokens;
        replaceTokens.accept(current.listener().tokens().clients());
    }

    /// Keys join and leave, and the other keys keep their state. Active requests continue.
    ///
    /// @throws BadSettingsException if the settings are invalid; then nothing has changed
    synchronized Reloaded reload() {
        try {
            SettingsReport report = reread.get();
            Reloaded reloaded = take(report);
            hasSucceeded = true;
            LOG.log(Level.INFO, summary(reloaded));
            report.notices().forEach(notice -> LOG.log(Level.INFO, notice));
            reloaded.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            return reloaded;
        } catch (BadSettingsException e) {
            hasSucceeded = false;
            LOG.log(Level.WARNING, "Settings not reloaded, nothing has changed: " + e.getMessage());
            throw e;
        }
    }

    /// Whether the last reload succeeded; true before the first.
    boolean hasSucceeded() {
        return hasSucceeded;
    }

    private Reloaded take(SettingsReport report) {
        Settings settings = report.settings().orElseThrow(() -> new BadSettingsException(report.problems()));
        requireKeysAndTokens(settings);
        Reloaded.Keys keys = runtime.apply(settings);
        AccessTokens before = current.listener().tokens();
        AccessTokens tokens = settings.listener().tokens();
        List<String> changed = settings.changedSince(current);
        current = settings;
        replaceTokens.accept(tokens.clients());
        return new Reloaded(
                changed,
                keys,
                new Reloaded.Tokens(tokens.notIn(before), before.notIn(tokens), tokens.size()),
                report.warnings(runtime.useCases().models().catalog()),
                settings.needRestartAfter(atStart));
    }

    /// Refuses settings that lose all keys or all tokens: an emptied file must not give everyone access.
    private void requireKeysAndTokens(Settings settings) {
        var problems = new ArrayList<String>();
        if (settings.providers().isEmpty() || (hasKey(current) && !hasKey(settings))) {
            problems.add(Settings.NO_KEYS);
        }
        if (settings.listener().tokens().isEmpty()
                && !current.listener().tokens().isEmpty()) {
            problems.add("KEYWHEEL_ACCESS_TOKENS has no token any more. A reload does not remove the last one, because"
                    + " everyone could then spend your keys; restart the gateway to run it without tokens");
        }
        if (!problems.isEmpty()) {
            throw new BadSettingsException(problems);
        }
    }

    private static boolean hasKey(Settings settings) {
        return settings.providers().stream()
                .flatMap(provider -> provider.settings().keys().stream())
                .anyMatch(key -> !key.equals(ApiKey.NONE));
    }

    private static String summary(Reloaded reloaded) {
        return "Settings reloaded: %s changed; keys added %s, removed %s, %s unchanged%s%s"
                .formatted(
                        reloaded.changed().isEmpty() ? "none" : String.join(", ", reloaded.changed()),
                        named(reloaded.keys().added()),
                        named(reloaded.keys().removed()),
                        reloaded.keys().kept(),
                        summary(reloaded.tokens()),
                        reloaded.needsRestart().isEmpty()
                                ? ""
                                : "; needs a restart: " + String.join(", ", reloaded.needsRestart()));
    }

    /// Empty if no token has changed, which is the usual case.
    private static String summary(Reloaded.Tokens tokens) {
        if (tokens.added() == 0 && tokens.removed() == 0) {
            return "";
        }
        return "; access tokens: %s added, %s removed, %s in all"
                .formatted(tokens.added(), tokens.removed(), tokens.now());
    }

    private static String named(List<PoolKey> keys) {
        return keys.isEmpty()
                ? "none"
                : NameList.joined(keys.stream()
                        .map(key -> "%s (%s)".formatted(key.slot(), key.fingerprint()))
                        .toList());
    }
}
