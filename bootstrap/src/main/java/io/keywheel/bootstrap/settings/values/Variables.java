package io.keywheel.bootstrap.settings.values;

import io.keywheel.domain.routing.NearestNames;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The variables of the environment over those of `.env`. A blank one counts as not set, and hides the one in
/// `.env` all the same.
public final class Variables {

    private static final String OURS = "KEYWHEEL_";
    private static final String KEYS = "_API_KEYS";
    private static final int SHORT = 6;

    /// What the launcher reads, before there is a Java to read `.env`.
    private static final String JAVA_OPTIONS = "KEYWHEEL_JAVA_OPTIONS";

    private final Map<String, String> values;
    private final Map<String, String> environment;
    private final Map<String, String> dotenv;
    private final ValidationMessages messages;
    private final SortedSet<String> known = new TreeSet<>();
    private final SortedMap<String, String> requireRestart = new TreeMap<>();

    public Variables(Map<String, String> environment, Map<String, String> dotenv, ValidationMessages messages) {
        values = new HashMap<>(dotenv);
        values.putAll(environment);
        this.environment = Map.copyOf(environment);
        this.dotenv = Map.copyOf(dotenv);
        this.messages = messages;
    }

    /// The variable's text without blanks around it. Whatever is asked for here is a known name from then on.
    public Optional<String> text(String name) {
        known.add(name);
        return Optional.of(values.getOrDefault(name, "").strip()).filter(text -> !text.isEmpty());
    }

    /// The variables that say something and begin so, which are known from then on.
    public Map<String, String> beginningWith(String prefix) {
        var found = new TreeMap<String, String>();
        values.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> text(name).ifPresent(text -> found.put(name, text)));
        return found;
    }

    /// The variable's value, or empty where it is not set. One that cannot be read is a problem, and empty too.
    public <T> Optional<T> read(String name, ValueParser<T> valueParser) {
        Optional<String> text = text(name);
        Optional<T> value = text.flatMap(valueParser::read);
        if (text.isPresent() && value.isEmpty()) {
            messages.problem(name + " must be " + valueParser.expected());
        }
        return value;
    }

    public <T> T get(Setting<T> setting) {
        T value = read(setting.name(), setting.parser()).orElse(setting.byDefault());
        if (setting.requiresRestart()) {
            requireRestartFor(setting.name(), value);
        }
        return value;
    }

    /// Another value of the variable at a reload requires a restart.
    public void requireRestartFor(String name, Object value) {
        requireRestart.put(name, value.toString());
    }

    public SortedMap<String, String> requireRestart() {
        return Collections.unmodifiableSortedMap(requireRestart);
    }

    /// The hash of each that was asked for so far and says something: there are secrets among them.
    public Map<String, String> hashes() {
        var hashes = new HashMap<String, String>();
        known.forEach(name -> text(name).ifPresent(text -> hashes.put(name, Sha256.hex(text))));
        return hashes;
    }

    /// To something.
    public boolean isSet(String name) {
        return !values.getOrDefault(name, "").isBlank();
    }

    /// To something, in the environment itself.
    public boolean isSetOutside(String name) {
        return !environment.getOrDefault(name, "").isBlank();
    }

    /// Why the variable says nothing, after its name. An operator who has set it to nothing, as an empty secret
    /// or a line of Compose does, would take `not set` for a mistake.
    public String lack(String name) {
        return values.containsKey(name) ? "is set, but blank" : "is not set";
    }

    /// That the variable has to say something.
    public String wanted(String name) {
        return values.containsKey(name) ? name + " " + lack(name) + ": it must say something" : name + " must be set";
    }

    /// Tells of what was asked for so far and stands in `.env` otherwise than in the environment, which goes
    /// before. Set to nothing there, it is hardly meant: tokens may be gone with it.
    public void mentionHidden() {
        for (String name : new TreeSet<>(known)) {
            String written = dotenv.getOrDefault(name, "").strip();
            String said = environment.getOrDefault(name, written).strip();
            if (said.isEmpty() && !written.isEmpty()) {
                messages.warning(name + " of .env does not count, because it is blank in the environment");
            } else if (!said.equals(written) && !written.isEmpty()) {
                messages.notice(name + " of .env does not count, because the environment has it, too");
            }
        }
    }

    /// Warns of misspelt names, which would have no effect. Any name that begins with ours is meant for us;
    /// one that begins with a provider's may belong to another program, and is only mentioned if it looks
    /// like a setting. What is in `.env` is compared with more names: that file is the gateway's.
    ///
    /// @param settings every name that is a setting
    /// @param further names of `.env` that would be settings of providers that are not in use
    public void mentionUnknown(Set<String> settings, Set<String> further) {
        var ofFile = new TreeSet<>(settings);
        ofFile.addAll(further);
        for (String name : new TreeSet<>(values.keySet())) {
            boolean inFile = !environment.containsKey(name);
            Set<String> names = inFile ? ofFile : settings;
            if (!isSet(name) || names.contains(name)) {
                continue;
            }
            if (name.equals(JAVA_OPTIONS)) {
                if (inFile) {
                    messages.warning(name + " is read from the environment alone, and has no effect in .env");
                }
                continue;
            }
            if (name.startsWith(OURS)) {
                messages.warning(name + " is not a setting" + didYouMean(name, OURS, names));
                continue;
            }
            var meant = new TreeSet<String>();
            for (String keys : names) {
                if (keys.endsWith(KEYS)) {
                    meant.add(didYouMean(name, keys.substring(0, keys.length() - KEYS.length() + 1), names));
                }
            }
            meant.remove("");
            if (meant.isEmpty() && inFile) {
                almost(name.toUpperCase(Locale.ROOT), names)
                        .ifPresent(setting -> meant.add("; did you mean " + setting + "?"));
            }
            meant.forEach(hint -> messages.warning(name + " is not a setting" + hint));
        }
    }

    /// The setting that differs by two letters; by one where the first word is short, as many providers' are.
    private static Optional<String> almost(String name, Set<String> settings) {
        int most = name.indexOf('_') < SHORT ? 1 : 2;
        return settings.stream()
                .filter(setting -> Math.abs(setting.length() - name.length()) <= most)
                .filter(setting -> NearestNames.edits(name, setting) <= most)
                .min(Comparator.comparingInt(setting -> NearestNames.edits(name, setting)));
    }

    /// The prefix is not compared: what it has in common with every other name says nothing.
    private static String didYouMean(String name, String prefix, Set<String> settings) {
        if (!name.startsWith(prefix)) {
            return "";
        }
        var endings = settings.stream()
                .filter(other -> other.startsWith(prefix))
                .map(other -> other.substring(prefix.length()))
                .toList();
        return NearestNames.nearest(name.substring(prefix.length()), endings, 1).stream()
                .map(ending -> "; did you mean " + prefix + ending + "?")
                .findFirst()
                .orElse("");
    }

    public Set<String> known() {
        return Collections.unmodifiableSet(known);
    }
}
