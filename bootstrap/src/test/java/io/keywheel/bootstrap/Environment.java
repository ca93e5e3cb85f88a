package io.keywheel.bootstrap;

import static java.util.stream.Collectors.toMap;

import java.util.Map;
import java.util.stream.Stream;

/// Environment variables for a test.
public final class Environment {

    private Environment() {}

    /// @param settings each as `NAME=value`
    public static Map<String, String> of(String... settings) {
        return Stream.of(settings)
                .collect(toMap(
                        setting -> setting.substring(0, setting.indexOf('=')),
                        setting -> setting.substring(setting.indexOf('=') + 1)));
    }
}
