/// Certificates for tests of TLS.
@NullMarked
package io.keywheel.certificates;

import org.jspecify.annotations.NullMarked;
