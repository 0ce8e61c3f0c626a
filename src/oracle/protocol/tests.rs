//! Lines of the protocol, written and read again; and lines that are none.
//!
//! Enters: questions and answers of every sort, and texts that are neither. Leaves: tests that writing
//! and reading are inverse. Refuses to know: who would say such things.

use super::{Answer, Asked, Introduction, LINE_BYTES, Question, Run, hello, read_line};
use crate::oracle::{
    level::Levels,
    vector::{instructions::Place, result::Form},
};
use serde_json::{Value, json};

#[test]
fn lines_are_whole_and_not_too_long() {
    let mut stream: &[u8] = b"one\n\ntwo";
    assert_eq!(
        read_line(&mut stream).expect("whole").as_deref(),
        Some("one")
    );
    assert_eq!(read_line(&mut stream).expect("whole").as_deref(), Some(""));
    assert!(read_line(&mut stream).is_err(), "half a line");
    assert_eq!(read_line(&mut stream).expect("the end"), None);
    let mut longest = vec![b'x'; LINE_BYTES - 1];
    longest.push(b'\n');
    assert!(read_line(&mut longest.as_slice()).is_ok());
    longest.insert(0, b'x');
    assert!(read_line(&mut longest.as_slice()).is_err());
    assert!(read_line(&mut &b"\xff\n"[..]).is_err());
}

#[test]
fn questions_are_read_as_they_are_written() {
    let vector = json!({
        "primea-vector": 1, "name": "n", "about": "", "rules": [], "dialect": "capabilities",
        "schedule": { "name": "plain", "number": 2, "hash": crate::module::schedule::PLAIN.hash().to_string() },
        "modules": {}, "probes": [], "channels": [], "names": {}, "steps": [],
    });
    let place = Place {
        step: 3,
        actor: crate::state::identity::ActorId::OUTSIDE.child(1),
        activation: 1,
        part: 70_000,
    };
    for asked in [
        Asked::whole(Levels::OF_A_VECTOR, Form::Full),
        Asked::whole(Levels::ALL, Form::Short),
        Asked::part(place),
    ] {
        let line = Run::line(9, &asked, &vector.to_string());
        let Ok(Question::Run(run)) = Question::read(&line) else {
            panic!("{line}");
        };
        let found = Asked {
            levels: run.levels,
            form: run.form,
            watch: run.watch,
        };
        assert_eq!((run.id, found), (9, asked));
    }
    let line = Run::line(9, &Asked::part(place), &vector.to_string());
    let without = line.replace(r#","instructions"]"#, "]");
    let refusal = Question::read(&without).expect_err("a watch without the level");
    assert_eq!(refusal.why, "watch: expected instructions among the levels");
    let foreign = Question::read(&line.replace("capabilities", "esperanto"));
    assert!(matches!(foreign, Ok(Question::Foreign { id: 9, .. })));
}

#[test]
fn answers_are_read_as_they_are_written() {
    let answers = [
        Answer::Hello(Introduction::ours()),
        Answer::Result {
            id: 1,
            levels: None,
            result: json!({ "steps": [] }),
        },
        Answer::Result {
            id: u32::MAX,
            levels: Some(Levels::OF_A_VECTOR),
            result: Value::Null,
        },
        Answer::Skip {
            id: 0,
            why: "no \"ports\"".to_owned(),
        },
        Answer::Error {
            id: None,
            why: String::new(),
        },
    ];
    for answer in answers {
        assert_eq!(Answer::read(answer.line().trim_end()), Ok(answer));
    }
    for wrong in [
        "",
        "{}",
        "[]",
        "7",
        r#"{"type":"result"}"#,
        r#"{"type":"skip","id":1}"#,
    ] {
        assert!(Answer::read(wrong).is_err(), "{wrong}");
    }
    let later = hello().replace('1', "2");
    let refusal = Question::read(&later).expect_err("another version");
    assert_eq!(refusal.why, "protocol: expected 1, found 2");
}
