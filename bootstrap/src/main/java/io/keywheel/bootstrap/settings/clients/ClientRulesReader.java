package io.keywheel.bootstrap.settings.clients;

import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.NearestNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the clients' rules: `alice: 60rpm 8 at once, models smart groq/*; *: 30rpm`.
public record ClientRulesReader(Variables variables, ValidationMessages messages) {

    public static final String NAME = "KEYWHEEL_CLIENTS";
    public static final String ALL = "*";
    private static final Pattern TERM =
            Pattern.compile("\\s*(?:(?<most>\\d+)\\s*(?<limit>rpm|tpm|rpd|tpd|at\\s+once)|see\\s+all)(?=\\s|$)");
    private static final Pattern MODELS = Pattern.compile("(?s)models\\b\\s*(.*)");
    private static final Pattern MODEL = Pattern.compile("[^*]*[*]?");
    private static final int LONGEST_SHOWN = 40;
    private static final int MOST_DIGITS = 18;

    public ClientRules read(AccessTokens tokens) {
        var rules = new LinkedHashMap<String, ClientRule>();
        Variables.entries(variables.text(NAME).orElse(""), ";", String::strip)
                .forEach((place, entry) -> read(entry, NAME + ", entry " + place + ": ", rules));
        ClientRule others = Objects.requireNonNullElse(rules.remove(ALL), ClientRule.UNLIMITED);
        var unknown = new ArrayList<>(rules.keySet());
        unknown.removeAll(tokens.counts().keySet());
        unknown.removeIf(client -> tokens.isEmpty() && client.equals(ClientRules.ANONYMOUS));
        for (int i = 0; i < unknown.size(); i++) {
            messages.warning(unknown(unknown.get(i), tokens, i < NearestNames.MOST_WITH_SUGGESTION));
        }
        return new ClientRules(rules, others);
    }

    private static String unknown(String client, AccessTokens tokens, boolean suggests) {
        String advice = tokens.isEmpty()
                ? "; without tokens, every client is %s, and '%s token %s' makes one"
                        .formatted(ClientRules.ANONYMOUS, ValidationMessages.PROGRAM, client)
                : suggests ? NearestNames.suggestion(client, tokens.counts().keySet()) : "";
        return "%s, %s: no token of %s has this name%s".formatted(NAME, client, AccessTokensReader.NAME, advice);
    }

    private void read(String entry, String where, SequencedMap<String, ClientRule> rules) {
        String[] parts = entry.split(":", 2);
        String client = parts[0].strip();
        if (parts.length == 1) {
            messages.problem(where + "expected client: limits, as in alice: 60rpm 8 at once");
        } else if (!client.equals(ALL) && !AccessTokens.isClient(client)) {
            messages.problem(where + "before : a client's name is expected, up to 32 of a-z, 0-9 and -, or *");
        } else if (rules.containsKey(client)) {
            messages.problem(NAME + ", " + client + ": defined twice");
        } else {
            rules.put(client, new Reader(NAME + ", " + client + ": ").rule(parts[1]));
        }
    }

    /// Reads one rule.
    private final class Reader {

        private final String where;
        private final Map<ClientLimit, Long> limits = new EnumMap<>(ClientLimit.class);
        private final List<String> models = new ArrayList<>();
        private boolean seesAll;

        Reader(String where) {
            this.where = where;
        }

        ClientRule rule(String text) {
            for (String clause : text.split(",", -1)) {
                Matcher named = MODELS.matcher(clause.strip());
                if (named.matches()) {
                    models(named.group(1));
                } else {
                    terms(clause.strip());
                }
            }
            return new ClientRule(limits, models, seesAll);
        }

        private void models(String names) {
            List<String> words = Arrays.stream(names.split("\\s+"))
                    .filter(word -> !word.isEmpty())
                    .toList();
            if (words.isEmpty()) {
                messages.problem(where + "expected names of models after 'models'");
            }
            for (String word : words) {
                if (ModelId.isValid(word) && MODEL.matcher(word).matches()) {
                    models.add(word);
                } else {
                    messages.problem(
                            where + "'" + shown(word)
                                    + "' is no model, which has 1 to 200 printable ASCII characters, of which only the last may be *");
                }
            }
        }

        private void terms(String clause) {
            Matcher term = TERM.matcher(clause);
            int at = 0;
            do {
                if (!term.find(at) || term.start() != at) {
                    String rest = clause.substring(at).strip();
                    messages.problem(
                            where + "expected limits in rpm, tpm, rpd, tpd or at once, such as 60rpm 8 at once,"
                                    + " 'see all' or 'models ...', separated by commas"
                                    + (rest.isEmpty() ? "" : ", where it says '" + shown(rest) + "'"));
                    return;
                }
                add(term.group("most"), term.group("limit"));
                at = term.end();
            } while (at < clause.length());
        }

        private void add(@Nullable String most, @Nullable String label) {
            if (most == null || label == null) {
                seesAll = true;
                return;
            }
            ClientLimit limit = Arrays.stream(ClientLimit.values())
                    .filter(each -> each.label().equals(label.replaceAll("\\s+", " ")))
                    .findFirst()
                    .orElseThrow();
            long number = most.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(most);
            if (number < 1 || number > ClientLimit.MOST) {
                messages.problem("%s%s must be from 1 to %s".formatted(where, limit.label(), ClientLimit.MOST));
            } else if (limits.put(limit, number) != null) {
                messages.problem("%s%s is there twice".formatted(where, limit.label()));
            }
        }
    }

    private static String shown(String text) {
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    }
}
