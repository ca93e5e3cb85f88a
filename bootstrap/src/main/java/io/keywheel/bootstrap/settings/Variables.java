package io.keywheel.bootstrap.settings;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The variables of the environment over those of `.env`. A blank one counts as not set, and hides the one in
/// `.env` all the same.
final class Variables {

    private final Map<String, String> values;
    private final Map<String, String> environment;
    private final Map<String, String> dotenv;
    private final ValidationMessages messages;
    private final SortedSet<String> known = new TreeSet<>();

    Variables(Map<String, String> environment, Map<String, String> dotenv, ValidationMessages messages) {
        values = new HashMap<>(dotenv);
        values.putAll(environment);
        this.environment = Map.copyOf(environment);
        this.dotenv = Map.copyOf(dotenv);
        this.messages = messages;
    }

    /// The variable's text without blanks around it. Whatever is asked for here is a known name from then on.
    Optional<String> text(String name) {
        known.add(name);
        return Optional.of(values.getOrDefault(name, "").strip()).filter(text -> !text.isEmpty());
    }

    /// The variable's value, or empty where it is not set. One that cannot be read is a problem, and empty too.
    <T> Optional<T> read(String name, ValueParser<T> valueParser) {
        Optional<String> text = text(name);
        Optional<T> value = text.flatMap(valueParser::read);
        if (text.isPresent() && value.isEmpty()) {
            messages.problem(name + " must be " + valueParser.expected());
        }
        return value;
    }

    /// To something.
    boolean isSet(String name) {
        return !values.getOrDefault(name, "").isBlank();
    }

    /// To something, in the environment itself.
    boolean isSetOutside(String name) {
        return !environment.getOrDefault(name, "").isBlank();
    }

    /// Why the variable says nothing, after its name. An operator who has set it to nothing, as an empty secret
    /// or a line of Compose does, would take `not set` for a mistake.
    String lack(String name) {
        return values.containsKey(name) ? "is set, but blank" : "is not set";
    }

    /// That the variable has to say something.
    String wanted(String name) {
        return values.containsKey(name) ? name + " " + lack(name) + ": it must say something" : name + " must be set";
    }

    /// Tells of what was asked for so far and stands in `.env` otherwise than in the environment, which goes
    /// before. Set to nothing there, it is hardly meant: tokens may be gone with it.
    void mentionHidden() {
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

    /// All names that are set to something.
    SortedSet<String> names() {
        var names = new TreeSet<String>();
        values.keySet().stream().filter(this::isSet).forEach(names::add);
        return names;
    }

    /// The names that were asked for so far.
    Set<String> known() {
        return Collections.unmodifiableSet(known);
    }
}
