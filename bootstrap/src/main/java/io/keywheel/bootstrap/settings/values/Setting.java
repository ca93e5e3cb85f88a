package io.keywheel.bootstrap.settings.values;

import io.keywheel.bootstrap.log.LogSettings;
import java.time.Duration;

/// A setting of the gateway with one value and a default. To add one, add a constant here and its value to
/// `Settings`. Read it in the reader of its subject, which `SettingsReader` calls. Describe it in `.env.example`
/// and `docs/settings.md`.
///
/// @param byDefault the value if the variable is not set
/// @param requiresRestart whether a running gateway keeps the value of its start when it reloads
public record Setting<T>(String name, ValueParser<T> parser, T byDefault, boolean requiresRestart) {

    public static final Setting<String> HOST = restartRequired("KEYWHEEL_HOST", ValueParser.HOST, "127.0.0.1");
    public static final Setting<Integer> PORT = restartRequired("KEYWHEEL_PORT", ValueParser.whole(0, 0xffff), 8080);
    public static final Setting<Integer> MAX_BODY = restartRequired("KEYWHEEL_MAX_BODY", ValueParser.SIZE, 4 << 20);
    public static final Setting<Integer> MAX_REQUESTS =
            restartRequired("KEYWHEEL_MAX_REQUESTS", ValueParser.whole(0, 1_000_000), 0);
    public static final Setting<Integer> MAX_WAITING =
            restartRequired("KEYWHEEL_MAX_WAITING", ValueParser.whole(0, 1_000_000), 1000);
    public static final Setting<Integer> USAGE_DAYS =
            restartRequired("KEYWHEEL_USAGE_DAYS", ValueParser.whole(1, 3650), 90);
    public static final Setting<Duration> DRAIN_TIMEOUT =
            restartRequired("KEYWHEEL_DRAIN_TIMEOUT", ValueParser.ANY_TIME, Duration.ofSeconds(30));
    public static final Setting<LogSettings.Style> LOG =
            restartRequired("KEYWHEEL_LOG", ValueParser.oneOf(LogSettings.Style.values()), LogSettings.DEFAULT.style());
    public static final Setting<LogSettings.Detail> LOG_LEVEL = restartRequired(
            "KEYWHEEL_LOG_LEVEL", ValueParser.oneOf(LogSettings.Detail.values()), LogSettings.DEFAULT.detail());

    public static final Setting<Duration> CONNECT_TIMEOUT =
            reloadable("KEYWHEEL_CONNECT_TIMEOUT", ValueParser.SOME_TIME, Duration.ofSeconds(2));
    public static final Setting<Duration> FIRST_TOKEN_TIMEOUT =
            reloadable("KEYWHEEL_FIRST_TOKEN_TIMEOUT", ValueParser.SOME_TIME, Duration.ofSeconds(20));
    public static final Setting<Duration> IDLE_TIMEOUT =
            reloadable("KEYWHEEL_IDLE_TIMEOUT", ValueParser.SOME_TIME, Duration.ofSeconds(30));
    public static final Setting<Duration> REQUEST_TIMEOUT =
            reloadable("KEYWHEEL_REQUEST_TIMEOUT", ValueParser.SOME_TIME, Duration.ofMinutes(2));
    public static final Setting<Duration> MAX_WAIT =
            reloadable("KEYWHEEL_MAX_WAIT", ValueParser.ANY_TIME, Duration.ZERO);
    public static final Setting<Duration> AFFINITY =
            reloadable("KEYWHEEL_AFFINITY", ValueParser.AFFINITY, Duration.ZERO);
    public static final Setting<Integer> MAX_ATTEMPTS =
            reloadable("KEYWHEEL_MAX_ATTEMPTS", ValueParser.whole(0, 10_000), 0);
    public static final Setting<String> TRANSPORT =
            reloadable("KEYWHEEL_TRANSPORT", ValueParser.oneOf("jdk", "helidon"), "jdk");

    private static <T> Setting<T> restartRequired(String name, ValueParser<T> parser, T byDefault) {
        return new Setting<>(name, parser, byDefault, true);
    }

    private static <T> Setting<T> reloadable(String name, ValueParser<T> parser, T byDefault) {
        return new Setting<>(name, parser, byDefault, false);
    }
}
