package io.keywheel.bootstrap.specification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecificationTest {

    private static final Path CHECKOUT = Path.of("..");

    @Test
    void the_page_says_what_the_tests_are_called_now() throws IOException {
        String page = Files.readString(CHECKOUT.resolve("docs/specification.md"));

        assertEquals(Specification.of(CHECKOUT), page, "./keywheel specification writes it anew");
    }

    @Test
    void a_contract_names_those_that_keep_it(@TempDir Path root) throws IOException {
        write(root, "pom.xml", "<module>house</module>");
        write(root, "house/pom.xml", "<description>Where it is warm</description>");
        write(root, "house/src/test/java/house/DoorContract.java", """
                package house;

                /// What every [Door] does.
                ///
                /// And more.
                abstract class DoorContract {
                    @ParameterizedTest
                    @ValueSource(ints = {1, 2})
                    void opens_to_the_owner_s_key(int key) {}

                    void knock() {}
                }
                """);
        write(root, "house/src/test/java/house/FrontDoorTest.java", """
                package house;

                class FrontDoorTest extends DoorContract {}
                """);

        String page = Specification.of(root);

        assertTrue(page.endsWith("""

                ## house

                Where it is warm.

                ### house

                #### [Door contract](../house/src/test/java/house/DoorContract.java)

                What every `Door` does.

                Kept by [FrontDoorTest](../house/src/test/java/house/FrontDoorTest.java).

                - opens to the owner's key
                """), page);
    }

    private static void write(Path root, String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
