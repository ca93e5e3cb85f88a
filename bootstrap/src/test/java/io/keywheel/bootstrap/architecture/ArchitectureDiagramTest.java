package io.keywheel.bootstrap.architecture;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The picture in docs/architecture.puml, to the arrow.
class ArchitectureDiagramTest {

    private static final String DIAGRAM = text("architecture.puml");
    private static final Pattern COMPONENT = Pattern.compile("(?m)^ *\\[(.+)] <<(.+)\\.\\.>>$");
    private static final Pattern ARROW = Pattern.compile("(?m)^\\[(.+)] --> \\[(.+)]$");

    /// The packages of the components, by their names.
    private static final Map<String, String> PACKAGES = COMPONENT
            .matcher(DIAGRAM)
            .results()
            .collect(toMap(component -> component.group(1), component -> component.group(2)));

    @Test
    void each_arrow_is_in_the_code_and_each_dependency_in_the_diagram() {
        Set<String> drawn = ARROW.matcher(DIAGRAM)
                .results()
                .map(arrow -> arrow.group(1) + " -> " + arrow.group(2))
                .collect(toCollection(TreeSet::new));

        assertEquals(dependencies(), drawn);
    }

    @Test
    void each_class_is_in_a_component() {
        Set<String> homeless = Imported.PRODUCT.stream()
                .filter(type -> component(type).isEmpty())
                .map(JavaClass::getName)
                .filter(name -> !name.endsWith("module-info"))
                .collect(toCollection(TreeSet::new));

        assertEquals(Set.of(), homeless);
    }

    @Test
    void the_picture_has_all_components() {
        String picture = text("architecture.svg");

        PACKAGES.keySet().forEach(name -> assertTrue(picture.contains(">" + name + "<"), name));
    }

    private static Set<String> dependencies() {
        return Imported.PRODUCT.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .flatMap(known -> component(known.getOriginClass()).stream()
                        .flatMap(from -> component(known.getTargetClass().getBaseComponentType()).stream()
                                .filter(to -> !to.equals(from))
                                .map(to -> from + " -> " + to)))
                .collect(toCollection(TreeSet::new));
    }

    private static Optional<String> component(JavaClass type) {
        return PACKAGES.entrySet().stream()
                .filter(component -> (type.getPackageName() + ".").startsWith(component.getValue() + "."))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static String text(String page) {
        try {
            return Files.readString(Path.of("..", "docs", page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
