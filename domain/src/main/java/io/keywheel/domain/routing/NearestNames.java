package io.keywheel.domain.routing;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Finds names similar to a mistyped one.
public final class NearestNames {

    /// The most names that an error suggests.
    public static final int MOST = 3;

    /// The most messages of a kind that suggest names, because each wrong name is compared with all names.
    public static final int MOST_WITH_SUGGESTION = 20;

    private static final int LONGEST = 64;

    /// The shortest common part that counts: shorter ones occur in too many names.
    private static final int LEAST_IN_COMMON = 3;

    private NearestNames() {}

    /// The candidates most similar to `word`, the nearest first, at most `limit`. Of equally near ones, the nearest in
    /// length comes first. Dissimilar ones are omitted. Case is ignored.
    public static List<String> nearest(String word, Collection<String> candidates, int limit) {
        String wanted = cut(word);
        int most = Math.max(2, wanted.length() / 3);
        record Scored(String candidate, int distance) {}
        return candidates.stream()
                .distinct()
                .map(candidate -> new Scored(candidate, distance(wanted, cut(candidate), most)))
                .filter(scored -> scored.distance < scored.candidate.length() && scored.distance <= most)
                .sorted(Comparator.comparingInt(Scored::distance)
                        .thenComparingInt(scored -> Math.abs(scored.candidate.length() - word.length()))
                        .thenComparing(Scored::candidate))
                .limit(limit)
                .map(Scored::candidate)
                .toList();
    }

    /// The same as the end of a sentence, such as `; did you mean groq?`; empty if no candidate is similar.
    public static String suggestion(String word, Collection<String> candidates) {
        return suggestion(nearest(word, candidates, MOST));
    }

    /// The end of a sentence that suggests these names; empty for none.
    public static String suggestion(List<String> near) {
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    /// Bounds the length, because the cost of a comparison grows with its square, and clients choose the words.
    private static String cut(String word) {
        return word.substring(0, Math.min(word.length(), LONGEST)).toLowerCase(Locale.ROOT);
    }

    /// The Levenshtein distance, but at most 2 where one word contains the other. A missing `vendor/` is one edit, and
    /// a surplus one two. Beyond `most`, any higher number.
    private static int distance(String a, String b, int most) {
        if (Math.min(a.length(), b.length()) >= LEAST_IN_COMMON && (b.contains(a) || a.contains(b))) {
            return Math.min(2, Math.abs(a.length() - b.length()));
        }
        int least = edits(a, b, most);
        if (b.indexOf('/') >= 0) {
            least = Math.min(least, 1 + edits(a, withoutVendor(b), most));
        }
        return a.indexOf('/') < 0 ? least : Math.min(least, 2 + edits(withoutVendor(a), b, most));
    }

    private static String withoutVendor(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /// The Levenshtein distance. Its cost grows with the square of the length.
    public static int edits(String a, String b) {
        return edits(a, b, Integer.MAX_VALUE - 1);
    }

    /// The same, but `most` + 1 if it is more, which is found out earlier: clients choose the words, and a provider may
    /// list a thousand names.
    private static int edits(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) > most) {
            return most + 1;
        }
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(before[j], row[j - 1]) + 1);
                least = Math.min(least, row[j]);
            }
            if (least > most) {
                return most + 1;
            }
            before = row;
        }
        return before[b.length()];
    }
}
