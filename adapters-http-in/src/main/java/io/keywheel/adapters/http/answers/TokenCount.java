package io.keywheel.adapters.http.answers;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A conservative estimate of a prompt's tokens. It uses no tokenizer, because every model has a different one.
///
/// The weights are fitted to `o200k_base`, on which the vocabulary of gpt-oss is built. A word of frequent letter
/// pairs is about one token. Rare or repeated pairs, runs of vowels or consonants, and long words cost more. In
/// scripts other than Latin, each character costs what it does in random text.
///
/// `TokenCountTest` compares the estimate with that tokenizer, from both sides, for prose, code and random texts. So a
/// weight may be changed as long as it passes. The tree has no program that computes the weights.
public final class TokenCount {

    /// The tokens of a model's template around any prompt: about 65 for a greeting to gpt-oss (recorded 2026-04).
    private static final int TEMPLATE = 75;

    private static final int MESSAGE = 5;
    private static final int TOOL = 10;

    /// The tokens of a part without text: more than Anthropic counts for its largest picture.
    private static final int NO_TEXT = 1600;

    /// For each letter, the letters that often follow it, as bits: 220 pairs, 93 % of those in prose and code.
    private static final int[] FREQUENT = {
        0x13ebd4e, 0x1144911, 0x1acd91, 0x4111, 0x1aff87f, 0x1a4111, 0x62190, 0xac111, 0x2ef87f, 0, 0x10, 0x11c4939,
        0x114d113, 0x11c417d, 0x7ef86e, 0x11ac991, 0x100000, 0x11e7d5d, 0x11cc195, 0x15ec191, 0xeb91b, 0x111, 0x4191,
        0x88000, 0x2c000, 0
    };

    /// `aeiouy`, as bits.
    private static final int VOWELS = 0x1104111;

    /// The longest word that may be a single token.
    private static final int LONGEST = 9;

    private static final int FEW_MARKS = 4;
    private static final int NO_BREAK_SPACE = 0xa0;
    private static final String LINES = "-=*#_.";

    /// The cost of a character in random text, per block of 32 from U+0080 to U+33FF: an index into [#PRICES]. In
    /// `o200k_base`, a hundred random characters of a block have at most 6 % more tokens than this.
    private static final String ROWS =
            "400023224444444444444444103410044244432044104022233344444444555555551033101320242013"
                    + "313420243124201421344214103544454444445512344412555555554444444444445555555555555555"
                    + "555555555555555513235555555555555555555555555555555555555555445555554444411344445544"
                    + "224444444444444444444444445555555544444444444344444444554444445555555555555555555555"
                    + "5555445555555555555555555555555555555555555524012002444455554455555555554455";

    private static final int[] PRICES = {104, 120, 140, 160, 200, 300};

    private enum Kind {
        LOWER,
        UPPER,
        DIGIT,
        SPACE,
        MARK,
        OTHER;

        static Kind of(int c) {
            if (c >= 'a' && c <= 'z') {
                return LOWER;
            }
            if (c >= 'A' && c <= 'Z') {
                return UPPER;
            }
            if (c >= '0' && c <= '9') {
                return DIGIT;
            }
            if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                return SPACE;
            }
            return c < 0x80 ? MARK : OTHER;
        }
    }

    private final BitSet seen = new BitSet();
    private final BitSet pairs = new BitSet();
    private long hundredths;
    private int before = -1;
    private @Nullable Kind kindBefore;
    private int run;
    private int runBefore;
    private int length;
    private int vowels;

    private TokenCount() {}

    /// The usage that the provider reported, else an estimate, because clients sum it up. Zeros are no report.
    ///
    /// @param characters the length of the answer
    public static TokenUsage usage(@Nullable TokenUsage reported, ChatCommand command, long characters) {
        if (reported != null && !reported.isZero()) {
            return reported;
        }
        long prompt = of(command);
        long answer = TokenEstimate.ofCharacters(characters);
        return new TokenUsage(prompt, answer, prompt + answer);
    }

    /// The tokens of the prompt, with the schema of the answer.
    public static long of(ChatCommand command) {
        return of(command.conversation()) + of(command.extras().fields().get("response_format"));
    }

    static long of(Conversation conversation) {
        long tokens = TEMPLATE;
        for (Message message : conversation.messages()) {
            tokens += MESSAGE;
            for (Part part : message.content()) {
                tokens += part instanceof Part.Text(var text, var _) ? of(text) : NO_TEXT;
            }
            if (message.reasoning() != null) {
                tokens += of(message.reasoning().text());
            }
            for (ToolCall call : message.toolCalls()) {
                tokens += MESSAGE + of(call.name()) + of(call.arguments());
            }
        }
        for (Tool tool : conversation.tools()) {
            if (tool instanceof Tool.Function function) {
                tokens += TOOL + of(function.name()) + of(function.description()) + of(function.parameters());
            }
        }
        return tokens;
    }

    /// The tokens of a text on average; for a short text, the estimate may be a few too low.
    static long of(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        var count = new TokenCount();
        text.codePoints().forEach(count::add);
        return Math.ceilDiv(count.hundredths, 100);
    }

    private void add(int c) {
        Kind kind = Kind.of(c);
        if (kind == kindBefore) {
            run++;
        } else {
            runBefore = run;
            run = 0;
        }
        hundredths += switch (kind) {
            case LOWER, UPPER -> letter(c, kind);
            case DIGIT -> digit();
            case SPACE -> space(c);
            case MARK -> mark(c);
            case OTHER -> other(c);
        };
        before = c;
        kindBefore = kind;
    }

    private int letter(int c, Kind kind) {
        int letter = (c | 0x20) - 'a';
        boolean vowel = (VOWELS >> letter & 1) != 0;
        boolean begins = !(kindBefore == Kind.UPPER || (kindBefore == Kind.LOWER && kind == Kind.LOWER));
        if (begins) {
            pairs.clear();
            length = 1;
            vowels = vowel ? 1 : -1;
            return 100;
        }
        length++;
        // The length of the current run: vowels count up, consonants down.
        vowels = vowel ? Math.max(vowels, 0) + 1 : Math.min(vowels, 0) - 1;
        int letterBefore = (before | 0x20) - 'a';
        int pair = letterBefore * 26 + letter;
        boolean again = pairs.get(pair);
        pairs.set(pair);
        if (again) {
            return 100;
        }
        if ((FREQUENT[letterBefore] >> letter & 1) == 0) {
            return 80;
        }
        if (vowels >= 3 || vowels <= -4) {
            return 60;
        }
        return length > LONGEST ? 45 : kind == Kind.UPPER ? 22 : 13;
    }

    /// Three digits are one token; the last blank before them is a separate one.
    private int digit() {
        int blank = 0;
        if (before == ' ' || before == '\t') {
            blank = runBefore > 0 ? 140 : before == ' ' ? 95 : 0;
        }
        return blank + (run % 3 == 0 ? 100 : 0);
    }

    /// A single blank belongs to the next word's token; a run of one character is one token.
    private int space(int c) {
        if (run == 0) {
            return c == ' ' ? 5 : 100;
        }
        if (c != before) {
            if (c == '\r' || (before == '\r' && c != '\n')) {
                return 100;
            }
            return before == ' ' ? 95 : 55;
        }
        if (c != ' ') {
            return c == '\r' ? 50 : 6;
        }
        return run == 1 ? 95 : 2;
    }

    private int mark(int c) {
        if (c < ' ' || c == 0x7f) {
            return 100;
        }
        if (run == 0) {
            // A mark often belongs to the next word's token.
            return before == ' ' ? 95 : before == '\t' && runBefore > 0 ? 180 : 86;
        }
        if (c != before) {
            return run < FEW_MARKS ? 68 : 100;
        }
        if (run == 1) {
            return 8;
        }
        // Long runs of these are common, as separators; other marks rarely form long runs.
        if (LINES.indexOf(c) >= 0) {
            return run < 12 ? 19 : 4;
        }
        return run < FEW_MARKS ? 84 : 52;
    }

    private int other(int c) {
        // A blank belongs to the next word's token only in scripts that the tokenizer knows.
        boolean known = (c < 0x100 && c != NO_BREAK_SPACE)
                || (c > 0x370 && c < 0x700)
                || (c > 0x8ff && c < 0xa80)
                || (c > 0x4dff && c < 0xd7a4);
        int blank = before == ' ' ? known ? 40 : 100 : 0;
        return blank + character(c);
    }

    private int character(int c) {
        if (c < 0x3400) {
            return PRICES[ROWS.charAt((c - 0x80) >> 5) - '0'];
        }
        if ((c >= 0x4e00 && c < 0xa000) || (c >= 0xac00 && c < 0xd7a4)) {
            // A repeated character is probably a frequent one, which costs one token or less.
            boolean again = seen.get(c);
            seen.set(c);
            return again ? 100 : 230;
        }
        // At most one token per UTF-8 byte; emoji cost less.
        return c >= 0xfe00 && c < 0xfff0 ? 200 : c < 0x10000 || (c >= 0x1f000 && c < 0x1fb00) ? 300 : 400;
    }
}
