package io.keywheel.bootstrap.settings.values;

import io.keywheel.domain.routing.NearestNames;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The environment's variables, which take precedence over those of `.env`. A blank variable counts as not set,
/// but still hides the one in `.env`.
public final class Variables {

    private static final String OURS = "KEYWHEEL_";
    private static final String KEYS = "_API_KEYS";
    private static final int SHORT = 6;

    /// Excludes keys in the wrong place, which are longer or have `-` or `_`, and URLs with a password.
    private static final Pattern HARMLESS = Pattern.compile("-?[A-Za-z0-9.:]{1,14}");

    /// The launcher reads it from the environment, before Java can read `.env`.
    private static final String JAVA_OPTIONS = "KEYWHEEL_JAVA_OPTIONS";

    private final Map<String, String> values;
    private final Map<String, String> environment;
    private final Map<String, String> dotenv;
    private final ValidationMessages messages;
    private final SortedSet<String> known = new TreeSet<>();
    private final Map<String, String> requireRestart = new HashMap<>();

    public Variables(Map<String, String> environment, Map<String, String> dotenv, ValidationMessages messages) {
        values = new HashMap<>(dotenv);
        values.putAll(environment);
        this.environment = Map.copyOf(environment);
        this.dotenv = Map.copyOf(dotenv);
        this.messages = messages;
    }

    /// The variable's text without surrounding blanks; empty if blank. Marks the name as known.
    public Optional<String> text(String name) {
        known.add(name);
        return Optional.of(values.getOrDefault(name, "").strip()).filter(text -> !text.isEmpty());
    }

    /// The entries of a list, by their places from 1: those that are not empty once they are `cleaned`.
    public static SequencedMap<Integer, String> entries(String list, String separator, UnaryOperator<String> cleaned) {
        var entries = new LinkedHashMap<Integer, String>();
        String[] all = list.split(separator, -1);
        for (int i = 0; i < all.length; i++) {
            String entry = cleaned.apply(all[i]);
            if (!entry.isEmpty()) {
                entries.put(i + 1, entry);
            }
        }
        return entries;
    }

    /// The non-blank variables with this prefix. Marks their names as known.
    public Map<String, String> beginningWith(String prefix) {
        var found = new TreeMap<String, String>();
        values.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> text(name).ifPresent(text -> found.put(name, text)));
        return found;
    }

    /// The variable's value; empty if it is not set. An invalid value is a problem, and empty too. The problem
    /// does not repeat the value, which may contain a password.
    public <T> Optional<T> read(String name, ValueParser<T> valueParser) {
        return read(name, valueParser, false);
    }

    private <T> Optional<T> read(String name, ValueParser<T> valueParser, boolean repeats) {
        String text = text(name).orElse("");
        Optional<T> value = text.isEmpty() ? Optional.empty() : valueParser.read(text);
        if (!text.isEmpty() && value.isEmpty()) {
            String shown = repeats && HARMLESS.matcher(text).matches() ? " is '" + text + "', but" : "";
            messages.problem(name + shown + " must be " + valueParser.expected());
        }
        return value;
    }

    /// The setting's value, or its default. The problem of an invalid value repeats it, unless it may be a secret.
    public <T> T get(Setting<T> setting) {
        T value = read(setting.name(), setting.parser(), true).orElse(setting.byDefault());
        if (setting.requiresRestart()) {
            requireRestartFor(setting.name(), value);
        }
        return value;
    }

    /// Registers a value that only a restart changes.
    public void requireRestartFor(String name, Object value) {
        requireRestart.put(name, value.toString());
    }

    /// The values that only a restart changes, by name.
    public Map<String, String> requireRestart() {
        return Collections.unmodifiableMap(requireRestart);
    }

    /// The hashes of all known, non-blank variables: hashes, because some values are secrets.
    public Map<String, String> hashes() {
        var hashes = new HashMap<String, String>();
        known.forEach(name -> text(name).ifPresent(text -> hashes.put(name, Sha256.hex(text))));
        return hashes;
    }

    /// Whether the variable is not blank.
    public boolean isSet(String name) {
        return !values.getOrDefault(name, "").isBlank();
    }

    /// Whether the variable is not blank in the environment.
    public boolean isSetInEnvironment(String name) {
        return !environment.getOrDefault(name, "").isBlank();
    }

    /// Why the variable has no value. An empty secret or a line of Compose may set it to blank, and its
    /// operator would take `not set` for a mistake.
    public String lack(String name) {
        return values.containsKey(name) ? "is set, but blank" : "is not set";
    }

    /// The message that the variable requires a value.
    public String wanted(String name) {
        return values.containsKey(name) ? name + " " + lack(name) + ": it must say something" : name + " must be set";
    }

    /// Reports known variables of `.env` that the environment overrides with another value. A blank override is
    /// a warning: it is probably unintended, and may remove the access tokens.
    public void reportHidden() {
        for (String name : new TreeSet<>(known)) {
            String written = dotenv.getOrDefault(name, "").strip();
            String value = environment.getOrDefault(name, written).strip();
            if (value.isEmpty() && !written.isEmpty()) {
                messages.warning(name + " of .env does not count, because it is blank in the environment");
            } else if (!value.equals(written) && !written.isEmpty()) {
                messages.notice(name + " of .env does not count, because the environment has it, too");
            }
        }
    }

    /// Warns of misspelt names, which have no effect. Each unknown name with the prefix `KEYWHEEL_` is
    /// reported. A name with a provider's prefix may belong to another program, and is reported only if it
    /// resembles a setting. `.env` belongs to the gateway, so its names are compared with more settings.
    ///
    /// @param settings the names of all settings
    /// @param further names that would be settings of unused providers; compared only with `.env`
    public void reportUnknown(Set<String> settings, Set<String> further) {
        var ofFile = new TreeSet<>(settings);
        ofFile.addAll(further);
        for (String name : new TreeSet<>(values.keySet())) {
            boolean inFile = !environment.containsKey(name);
            Set<String> names = inFile ? ofFile : settings;
            if (isSet(name) && !names.contains(name)) {
                reportUnknown(name, inFile, names);
            }
        }
    }

    private void reportUnknown(String name, boolean inFile, Set<String> settings) {
        String notKnown = name + " is not a setting";
        if (name.equals(JAVA_OPTIONS)) {
            if (inFile) {
                messages.warning(name + " is read from the environment alone, and has no effect in .env");
            }
        } else if (name.startsWith(OURS)) {
            messages.warning(notKnown
                    + nearest(name, OURS, settings).map(Variables::didYouMean).orElse(""));
        } else {
            List<String> prefixes = settings.stream()
                    .filter(keys -> keys.endsWith(KEYS))
                    .map(keys -> keys.substring(0, keys.length() - KEYS.length() + 1))
                    .toList();
            Set<String> meant = prefixes.stream()
                    .flatMap(prefix -> nearest(name, prefix, settings).stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            String upper = name.toUpperCase(Locale.ROOT);
            if (meant.isEmpty() && inFile) {
                almost(upper, settings).ifPresent(meant::add);
            }
            // The name may be right, of a provider that is left out of the rotation for a while.
            meant.forEach(setting -> messages.warning(notKnown
                    + (prefixes.stream().anyMatch(p -> setting.startsWith(p) && !upper.startsWith(p))
                            ? " of a provider in KEYWHEEL_PROVIDERS"
                            : "")
                    + didYouMean(setting)));
        }
    }

    private static String didYouMean(String setting) {
        return "; did you mean " + setting + "?";
    }

    /// The nearest setting within two edits; within one if the first word has fewer than six letters, as many
    /// providers' names do.
    private static Optional<String> almost(String name, Set<String> settings) {
        int most = name.indexOf('_') < SHORT ? 1 : 2;
        return settings.stream()
                .filter(setting -> NearestNames.edits(name, setting) <= most)
                .min(Comparator.comparingInt(setting -> NearestNames.edits(name, setting)));
    }

    /// The setting that resembles `name` after the prefix, which all names share.
    private static Optional<String> nearest(String name, String prefix, Set<String> settings) {
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        var endings = settings.stream()
                .filter(other -> other.startsWith(prefix))
                .map(other -> other.substring(prefix.length()))
                .toList();
        return NearestNames.nearest(name.substring(prefix.length()), endings, 1).stream()
                .map(prefix::concat)
                .findFirst();
    }

    /// The names that have been read so far, set or not.
    public Set<String> known() {
        return Collections.unmodifiableSet(known);
    }
}
