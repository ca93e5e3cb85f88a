package io.keywheel.bootstrap;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks that `docs/index.md` links to every page, and that every link of a page resolves.
class DocsMapTest {

    private static final Path MAP = Sources.DOCS.resolve("index.md");

    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern TARGET_OF_LINK = Pattern.compile("]\\([^)]*\\)");
    private static final Pattern DROPPED = Pattern.compile("[^\\p{L}\\p{N} _-]");

    /// A page's link to another file, to a heading, or to both.
    record Link(Path page, String to) {

        Path file() {
            String path = to.split("#", 2)[0];
            return path.isEmpty() ? page : page.resolveSibling(path).normalize();
        }

        boolean leadsSomewhere() {
            String[] parts = to.split("#", 2);
            return Files.exists(file()) && (parts.length == 1 || anchors(file()).contains(parts[1]));
        }
    }

    private static List<Path> pages() {
        return Sources.files(Sources.DOCS, ".md");
    }

    private static Stream<Link> links(Path page) {
        return Sources.matches(LINK, text(page))
                .filter(to -> !ELSEWHERE.matcher(to).matches())
                .map(to -> new Link(page, to));
    }

    /// The anchors that GitHub generates for the headings.
    private static Set<String> anchors(Path page) {
        var anchors = new TreeSet<String>();
        Sources.matches(HEADING, text(page)).forEach(heading -> {
            String words = TARGET_OF_LINK.matcher(heading).replaceAll("");
            String name = DROPPED.matcher(words.toLowerCase(Locale.ROOT))
                    .replaceAll("")
                    .replace(' ', '-');
            int namesakes = 0;
            while (!anchors.add(namesakes == 0 ? name : name + "-" + namesakes)) {
                namesakes++;
            }
        });
        return anchors;
    }

    private static String text(Path page) {
        return CODE_BLOCK.matcher(Sources.text(page)).replaceAll("");
    }

    @Test
    void index_links_to_every_page() {
        var mapped = links(MAP).map(Link::file).collect(toCollection(TreeSet::new));
        var pages = new TreeSet<>(pages());
        pages.remove(MAP);
        mapped.retainAll(pages);

        assertTrue(pages.size() > 20, pages::toString);
        assertEquals(pages, mapped);
    }

    @Test
    void every_link_resolves_to_a_file_and_heading() {
        var others = Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(Sources.ROOT::resolve);
        List<Link> links = Stream.concat(pages().stream(), others)
                .flatMap(DocsMapTest::links)
                .toList();

        assertTrue(links.size() > 150, () -> "only " + links.size() + " links were seen");
        assertEquals(
                List.of(), links.stream().filter(link -> !link.leadsSomewhere()).toList());
    }
}
