//! Policies by name in configuration files, by `serde`.

use alloc::string::String;
use core::fmt;

use reattempt_policy::Policy;
use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};

use super::policies::Policies;

/// With the feature `serde`: a table of names and policies.
impl<'de> Deserialize<'de> for Policies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Policies, D::Error> {
        deserializer.deserialize_map(PoliciesVisitor)
    }
}

struct PoliciesVisitor;

impl<'de> Visitor<'de> for PoliciesVisitor {
    type Value = Policies;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a table of the names of operations and their retry policies")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Policies, A::Error> {
        let mut policies = Policies::new();
        while let Some(name) = table.next_key::<String>()? {
            let policy = table.next_value::<Policy>()?;
            policies.insert_new(&name, policy).map_err(serde_core::de::Error::custom)?;
        }
        Ok(policies)
    }
}

/// With the feature `serde`: a table of names and policies, those as texts.
impl Serialize for Policies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
