//! Setting a player aside in the middle of a plan, and going on.
//!
//! Enters: a player between two things that it does, and a place for objects; later, the same plan
//! and place. Leaves: one hash, by which the place finds everything; later, a player that goes on
//! exactly as the first one would have. Refuses to know: how the place keeps anything.

mod history;

use super::{
    Scenario,
    play::{Played, PlayedStep, Player, Settings, UnderWay},
    problem::Problem,
};
use crate::{
    activation::Programs,
    state::{
        codec,
        hash::Hash,
        identity::ActorId,
        keep::{Keep, KeepError},
        stored,
    },
    world::{
        Progress, World, allowance::Allowance, load::Loader, record::Record, save::save_envelope,
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What the object of a suspended player is called in errors.
const PLAYER: &str = "suspended scenario";
const STEP: &str = "step of a suspended scenario";

/// Changes whenever these structures do: what another version wrote is not read.
const VERSION: u32 = 2;

/// All that a player knows beside its plan.
#[derive(Serialize, Deserialize)]
struct PlayerObject {
    version: u32,
    scenario: Hash,
    world: Hash,
    at: u64,
    under_way: Option<UnderWayObject>,
    /// The plain hashes of the steps that have ended.
    steps: Vec<Hash>,
    /// By probe, the envelopes that reached it.
    arrivals: Vec<(ActorId, Vec<Hash>)>,
    /// By probe, how many of them were compared.
    expected: Vec<(ActorId, u64)>,
    mismatches: Vec<Problem>,
    stopped: Option<Problem>,
    activations_left: u64,
    calls_left: u64,
    /// How many activations were run a second time: a figure for readers.
    replays: u64,
}

#[derive(Serialize, Deserialize)]
struct UnderWayObject {
    records: Vec<Record>,
    activations: u64,
    events: u64,
    until_idle: bool,
}

#[derive(Serialize, Deserialize)]
struct StepObject {
    index: u64,
    records: Vec<Record>,
    time: u64,
    root: Hash,
}

/// All that has to be kept for a player that was set aside, with all that it leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Needs {
    /// The state root.
    pub world: Hash,
    /// Raw bytes, by their plain hash.
    pub raw: Vec<Hash>,
    /// Envelopes, by their object ids.
    pub envelopes: Vec<Hash>,
}

impl Needs {
    /// Those of the player under that hash.
    pub fn of(keep: &impl Keep, id: Hash) -> Result<Needs, KeepError> {
        let object: PlayerObject = read(keep, PLAYER, id)?;
        let mut raw = object.steps;
        raw.push(id);
        let envelopes = object.arrivals.into_iter();
        Ok(Needs {
            world: object.world,
            raw,
            envelopes: envelopes.flat_map(|(_, envelopes)| envelopes).collect(),
        })
    }
}

impl Scenario {
    /// What tells this scenario, with the files that it names, from others.
    fn fingerprint(&self) -> Hash {
        let plan = &self.plan;
        let modules = plan.modules.iter().map(|module| module.binary.hash());
        let modules: Vec<Hash> = modules.collect();
        let text = Hash::plain(self.source.text.as_bytes());
        Hash::plain(&codec::encode(&(text, plan.schedule.hash(), modules)))
    }

    /// Puts all that this scenario's player knows into a place, as far as it is not there.
    pub fn suspend<S: Keep>(&self, player: &Player<'_>, keep: &mut S) -> Result<Hash, KeepError> {
        let world = player.played.world.save(keep)?;
        let mut arrivals = Vec::new();
        for (probe, envelopes) in player.played.arrivals.iter() {
            for envelope in envelopes {
                save_envelope(keep, envelope)?;
            }
            let ids = envelopes.iter().map(|envelope| envelope.object_id());
            arrivals.push((probe, ids.collect()));
        }
        let mut steps = Vec::new();
        for step in &player.played.steps {
            steps.push(put_bytes(keep, &StepObject::of(step))?);
        }
        let under_way = player.under_way.as_ref().map(|step| UnderWayObject {
            records: step.records.clone(),
            activations: step.progress.activations as u64,
            events: step.progress.events as u64,
            until_idle: step.until_idle,
        });
        let expected = player.expected.iter();
        let object = PlayerObject {
            version: VERSION,
            scenario: self.fingerprint(),
            world,
            at: player.at as u64,
            under_way,
            steps,
            arrivals,
            expected: expected
                .map(|(probe, count)| (*probe, *count as u64))
                .collect(),
            mismatches: player.played.mismatches.clone(),
            stopped: player.played.stopped.clone(),
            activations_left: player.left.activations as u64,
            calls_left: player.left.calls as u64,
            replays: player.played.world.replays(),
        };
        put_bytes(keep, &object)
    }

    /// The player of this scenario that was set aside under that hash. It may share programs with
    /// others.
    pub fn resume<S: Keep>(
        &self,
        keep: &S,
        id: Hash,
        settings: Settings,
        library: Programs,
    ) -> Result<Player<'_>, KeepError> {
        let object: PlayerObject = read(keep, PLAYER, id)?;
        let wrong = |why: String| KeepError::damaged(PLAYER, id, why);
        if object.version != VERSION {
            let found = object.version;
            return Err(wrong(format!("expected version {VERSION}, found {found}")));
        }
        if object.scenario != self.fingerprint() {
            return Err(wrong(
                "expected the scenario that was set aside, with the same modules, found another"
                    .to_owned(),
            ));
        }
        let mut world = World::load(keep, object.world, settings.metering, library)?;
        world.count_replays(object.replays);
        let mut loader = Loader::new(keep, &world);
        let mut played_arrivals = Vec::new();
        for (probe, ids) in &object.arrivals {
            let envelopes = ids.iter().map(|id| loader.envelope(*id));
            played_arrivals.push((*probe, envelopes.collect::<Result<Vec<_>, _>>()?));
        }
        let steps = object.steps.iter().map(|id| {
            let step: StepObject = read(keep, STEP, *id)?;
            Ok(step.played())
        });
        let steps = steps.collect::<Result<Vec<_>, KeepError>>()?;
        let left = Allowance {
            activations: object.activations_left as usize,
            calls: object.calls_left as usize,
        };
        let mut player = Player::of(&self.plan, settings, world, left);
        player.at = object.at as usize;
        player.under_way = object.under_way.map(|step| UnderWay {
            records: step.records,
            progress: Progress {
                activations: step.activations as usize,
                events: step.events as usize,
            },
            until_idle: step.until_idle,
        });
        let expected = object.expected.into_iter();
        player.expected = expected
            .map(|(probe, count)| (probe, count as usize))
            .collect();
        player.played = Played {
            steps,
            arrivals: played_arrivals.into_iter().collect(),
            mismatches: object.mismatches,
            stopped: object.stopped,
            ..player.played
        };
        player.check_history().map_err(wrong)?;
        Ok(player)
    }
}

impl StepObject {
    fn of(step: &PlayedStep) -> StepObject {
        StepObject {
            index: step.index as u64,
            records: step.records.clone(),
            time: step.time,
            root: step.root,
        }
    }

    fn played(self) -> PlayedStep {
        PlayedStep {
            index: self.index as usize,
            records: self.records,
            time: self.time,
            root: self.root,
        }
    }
}

/// Puts the bytes of something under their plain hash.
fn put_bytes(keep: &mut impl Keep, object: &impl Serialize) -> Result<Hash, KeepError> {
    let bytes = codec::encode(object);
    let id = Hash::plain(&bytes);
    keep.put_new(id, &bytes)?;
    Ok(id)
}

fn read<T: Serialize + DeserializeOwned>(
    keep: &impl Keep,
    what: &'static str,
    id: Hash,
) -> Result<T, KeepError> {
    let bytes = stored::raw(keep, what, id)?;
    codec::decode(&bytes).map_err(|why| KeepError::damaged(what, id, why.to_string()))
}
