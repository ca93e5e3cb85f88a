/// Who is who over TLS, in tests.
@NullMarked
package io.keywheel.certificates;

import org.jspecify.annotations.NullMarked;
